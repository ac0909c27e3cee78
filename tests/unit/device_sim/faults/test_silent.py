import numpy as np

from device_sim.fault import Episode, Span
from device_sim.faults.silent import FAULTS, draw, draw_gateway
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet, timeline_of

MUTE = Episode("silent", SERIALS[4], (DAY + 1) * DAY_S, (DAY + 2) * DAY_S)


def test_nothing_is_heard_of_a_silent_device():
    timeline = timeline_of(episodes=[MUTE])
    heard = [timeline.day(DAY + n).heard for n in range(3)]
    assert not heard[1][4].any()
    assert heard[0][4].mean() > 0.7
    assert heard[2][4].mean() > 0.7
    assert heard[1][5].mean() > 0.7


def test_the_system_itself_works_on():
    mute, loud = Flows(mixed_fleet(), 3, [MUTE]), Flows(mixed_fleet(), 3)
    assert np.array_equal(mute["battery_voltage_v"], loud["battery_voltage_v"])
    assert mute["mute"][96:192, 4].all()


def test_gaps_are_long_and_outages_of_gateways_short():
    rng = np.random.default_rng(1)
    span = Span(DAY * DAY_S, (DAY + 60) * DAY_S)
    gaps = np.array([e.end_s - e.start_s for e in (draw(rng, "a", span) for _ in range(100))])
    assert 0.1 < np.isinf(gaps).mean() < 0.3
    assert gaps.min() > 30 * DAY_S
    outages = [e.end_s - e.start_s for e in (draw_gateway(rng, "a", span) for _ in range(100))]
    assert max(outages) < 7 * DAY_S


def test_one_system_in_ten_has_a_gap_of_over_a_month_in_fourteen():
    rng = np.random.default_rng(2)
    span = Span(DAY * DAY_S, (DAY + 60) * DAY_S, opening=False)
    back = np.mean([np.isfinite(draw(rng, "a", span).end_s) for _ in range(2000)])
    device = next(fault for fault in FAULTS if fault.scope == "system")
    assert abs(device.rate_per_year * 14 / 12 * back - 0.10) < 0.02
