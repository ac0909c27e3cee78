import numpy as np
import pytest

from device_sim.fault import Episode, Span
from device_sim.faults.battery_degraded import act, answer, draw
from device_sim.grid import times_of
from device_sim.levers import Levers
from device_sim.truth import SystemTruth
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

START_S = DAY * DAY_S
SLOW = Episode(
    "battery_degraded",
    SERIALS[6],
    START_S,
    np.inf,
    0.8,
    {"pace_days": 40.0, "knee": 2.0, "ohm_gain": 0.5},
)


def truth(capacity: np.ndarray, unserved: np.ndarray | float = 0.0) -> SystemTruth:
    days = capacity.size
    return SystemTruth(
        START_S,
        START_S + days * DAY_S,
        START_S + np.arange(days) * DAY_S,
        capacity,
        np.zeros(days),
        np.full(days, 2.0),
        np.broadcast_to(unserved, days).astype(float),
        np.zeros(days, bool),
        np.zeros(days),
        np.zeros(days, bool),
    )


def levers_on(day: int, episode: Episode = SLOW) -> Levers:
    levers = Levers.untouched(1)
    act(episode, levers, 0, times_of(day))
    return levers


def test_capacity_falls_ever_faster_to_its_end_and_resistance_rises():
    kept = [float(levers_on(DAY + n).capacity[0]) for n in (0, 10, 20, 30, 40, 60)]
    assert kept[0] > 0.99
    assert np.diff(kept[:4])[-1] < np.diff(kept[:4])[0] < 0
    assert kept[-1] == kept[-2] == pytest.approx(0.2, abs=0.02)
    assert levers_on(DAY + 40).ohm[0] > 2
    assert levers_on(DAY + 5).ohm[0] < 1.1


def test_a_replaced_battery_is_as_good_as_new():
    replaced = Episode(SLOW.fault, SLOW.serial, START_S, START_S + 30 * DAY_S, 0.8, SLOW.shape)
    assert levers_on(DAY + 31, replaced).capacity[0] == 1


def test_the_answer_begins_with_five_worn_days():
    capacity = np.full(20, 0.8)
    capacity[3] = 0.5  # a cold day does not make a worn battery
    capacity[8:] = 0.55
    told = answer(SLOW, truth(capacity))
    assert told
    assert told.start_s == START_S + 8 * DAY_S
    assert told.end_s is None
    assert told.dark_from_s is None
    assert told.severity == pytest.approx(0.5)


def test_darkness_counts_from_the_first_dark_week_and_may_come_first():
    told = answer(SLOW, truth(np.full(20, 0.7), np.where(np.arange(20) >= 10, 1.0, 0.0)))
    assert told
    # Three of seven days at half: 3 x 1 of 14 Ah are more than a fifth.
    assert told.dark_from_s == told.start_s == START_S + 12 * DAY_S


def test_a_wet_week_with_a_sound_battery_is_no_answer():
    held = Episode(SLOW.fault, SLOW.serial, START_S, START_S + 21 * DAY_S, 0.1, SLOW.shape)
    assert answer(held, truth(np.full(20, 0.9), np.full(20, 1.0))) is None


def test_darkness_without_a_panel_is_not_the_batterys():
    dark = truth(np.full(20, 0.7), np.full(20, 2.0))
    dark.sunless[:] = True
    held = Episode(SLOW.fault, SLOW.serial, START_S, START_S + 21 * DAY_S, 0.3, SLOW.shape)
    assert answer(held, dark) is None


def test_a_decline_that_will_be_worn_soon_is_foretold():
    told = answer(SLOW, truth(np.linspace(0.98, 0.90, 10)))
    assert told
    assert told.start_s > START_S + 10 * DAY_S
    assert told.start_s < START_S + 40 * DAY_S
    assert told.end_s is None


def test_what_happens_after_the_replacement_is_not_told():
    replaced = Episode(SLOW.fault, SLOW.serial, START_S, START_S + 10 * DAY_S, 0.8, SLOW.shape)
    told = answer(replaced, truth(np.r_[np.full(10, 0.5), np.full(10, 1.0)]))
    assert told
    assert told.end_s == replaced.end_s
    assert told.severity == pytest.approx(0.5)


def test_a_degraded_home_sags_at_night_and_goes_dark_while_its_twin_does_not():
    fleet = mixed_fleet()
    sick, well = Flows(fleet, 60, [SLOW]), Flows(fleet, 60)
    lowest_sick, lowest_well = (f["battery_voltage_v"][-20 * 96 :, 6].min() for f in (sick, well))
    assert lowest_sick < lowest_well - 0.15
    unserved = [sum(t.truth.unserved_ah[6] for t in f.traces[-20:]) for f in (sick, well)]
    assert unserved[0] > 3
    assert unserved[0] > 3 * unserved[1]


def test_many_declines_have_begun_when_a_run_begins():
    rng = np.random.default_rng(1)
    span = Span(START_S, START_S + 60 * DAY_S)
    starts = np.array([draw(rng, "KPK-0001", span).start_s for _ in range(200)])
    assert 0.3 < (starts < START_S).mean() < 0.7
    assert starts.max() < span.end_s
