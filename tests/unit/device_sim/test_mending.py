from types import SimpleNamespace

import numpy as np

from device_sim.fault import Episode
from device_sim.mending import Renewal, events_of, renewals_of

DAY_S = 86_400.0


def noted(*episodes: Episode) -> list[tuple[str, str]]:
    return [(e.serial, e.event) for e in events_of(episodes, 1, (0.0, 100 * DAY_S))]


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
    times = [e.time_s for e in events_of(both, 1, (0.0, 100 * DAY_S))]
    assert times == sorted(times)


def test_deeds_are_noted_at_once_or_up_to_two_days_late():
    noted = events_of(of("panel_soiled", 20, count=400), 1, (0.0, 100 * DAY_S))
    late_days = np.array([e.time_s / DAY_S - 19 for e in noted])
    assert 0.7 < len(noted) / 400 < 0.9
    assert 0.4 < (late_days == 0).mean() < 0.6
    assert late_days.min() == 0
    assert 1.8 < late_days.max() <= 2


def test_worn_batteries_are_noted_like_repairs():
    worn = [Renewal(f"S{n}", 40 * DAY_S) for n in range(40)]
    noted = events_of([], 1, (0.0, 100 * DAY_S), worn)
    assert {e.event for e in noted} == {"battery_replaced"}
    assert 20 < len(noted) < 40


def test_a_new_battery_is_a_renewal_unless_a_fault_ended_with_it():
    days = [SimpleNamespace(day=n, renewed=np.array([n == 5, n == 7, False])) for n in range(10)]
    failed = Episode("battery_failed_abruptly", "B", 0.0, 7 * DAY_S + 99)
    found = list(renewals_of(("A", "B", "C"), days, [failed]))  # type: ignore[arg-type]
    assert [(r.serial, r.time_s // DAY_S) for r in found] == [("A", 5)]
