from device_sim.fault import Episode
from device_sim.mending import events_of

DAY_S = 86_400.0


def noted(*episodes: Episode) -> list[tuple[str, str]]:
    return [(e.serial, e.event) for e in events_of(episodes, 1, 0.0, 100 * DAY_S)]


def of(fault: str, days: float, count: int = 40) -> list[Episode]:
    return [Episode(fault, f"S{n}", -DAY_S, (days - 1) * DAY_S) for n in range(count)]


def test_each_repair_is_called_by_its_deed():
    assert {event for _, event in noted(*of("panel_soiled", 20))} == {"panel_cleaned"}
    assert {event for _, event in noted(*of("battery_degraded", 20))} == {"battery_replaced"}
    assert {event for _, event in noted(*of("lamp_failed", 20))} == {"repaired"}


def test_some_deeds_are_never_noted():
    assert 20 < len(noted(*of("panel_soiled", 20))) < 40


def test_what_goes_on_or_ends_by_itself_is_no_deed():
    assert noted(*of("panel_soiled", 200)) == []
    assert noted(Episode("panel_soiled", "S1", 0.0, float("inf"))) == []
    assert noted(*of("silent", 5)) == []
    assert noted(*of("silent", 40))


def test_events_are_in_order_of_time():
    both = [*of("panel_soiled", 30), *of("battery_degraded", 20)]
    times = [e.time_s for e in events_of(both, 1, 0.0, 100 * DAY_S)]
    assert times == sorted(times)
