import numpy as np
import pytest

from collector.domain.fields import FIELDS
from device_sim.arrivals import COLUMNS, Arrivals, Rows
from device_sim.delivery import Again
from device_sim.grid import times_of

DAY, DAY_S, SYSTEMS = 20_500, 86_400, 5
NONE = Again(*(np.zeros(0, np.int64) for _ in range(3)))
RNG = np.random.default_rng(7)
SHOWN = RNG.random((SYSTEMS, 96, len(FIELDS))).astype(np.float32)
PHASE_S = np.array([0, 240, 7, 7, 100])
TIME_S = times_of(DAY)[None, :] + PHASE_S[:, None]


def arrived(received_s: np.ndarray, kept: np.ndarray, again: Again = NONE) -> list[Rows]:
    arrivals = Arrivals(PHASE_S)
    empty = np.zeros_like(kept)
    for first, part in ((0, slice(0, 2)), (2, slice(2, 5))):
        own = NONE if first else again
        arrivals.put(first, SHOWN[part], kept[part], (DAY, received_s[part], own))
    windows = list(arrivals.windows(DAY))
    arrivals.put(0, SHOWN, empty, (DAY + 1, received_s + DAY_S, NONE))
    return windows + list(arrivals.windows(DAY + 1))


def joined(windows: list[Rows]) -> Rows:
    whole = windows[0]
    for rows in windows[1:]:
        whole = whole.before(rows)
    return whole


def test_every_reading_arrives_once_in_order_with_its_values():
    kept = RNG.random((SYSTEMS, 96)) < 0.9
    received = TIME_S + RNG.integers(2, 40, (SYSTEMS, 1))
    received[1, 40:60] = received[1, 59] + 30_000
    received[3, 90:] = (DAY + 1) * DAY_S + 5_000
    rows = joined(arrived(received, kept))
    assert len(rows) == kept.sum()
    assert (np.diff(rows.received_s) >= 0).all()
    step = (rows.time_s - PHASE_S[rows.system] - DAY * DAY_S) // 900
    assert len(set(zip(rows.system.tolist(), step.tolist(), strict=True))) == kept.sum()
    assert np.array_equal(rows.received_s, received[rows.system, step])
    for place, name in enumerate(COLUMNS):
        field = [f.name for f in FIELDS].index(name)
        assert np.array_equal(rows.values[place], SHOWN[rows.system, step, field])


def test_what_was_never_read_does_not_arrive():
    nothing = np.zeros((SYSTEMS, 96), bool)
    assert sum(map(len, arrived(TIME_S + 5, nothing))) == 0


def test_a_repeated_reading_arrives_twice_with_the_same_values():
    received = TIME_S + 5
    rows, steps = np.array([1, 1]), np.array([3, 95])
    again = Again(rows, steps, received[rows, steps] + 300)
    whole = joined(arrived(received, np.ones((SYSTEMS, 96), bool), again))
    assert len(whole) == SYSTEMS * 96 + 2
    twice = (whole.system == 1) & (whole.time_s == TIME_S[1, 95])
    assert twice.sum() == 2
    assert (whole.values[:, twice][:, 0] == whole.values[:, twice][:, 1]).all()


def test_a_repeat_of_what_was_never_read_is_none():
    kept = np.ones((SYSTEMS, 96), bool)
    kept[1] = False
    again = Again(np.array([1]), np.array([3]), TIME_S[1, 3:4] + 300)
    assert sum(map(len, arrived(TIME_S + 5, kept, again))) == 4 * 96


@pytest.mark.parametrize("systems", [3, 10_001])
def test_few_and_many_systems_are_put_in_order_alike(systems):
    arrivals = Arrivals(np.zeros(systems, np.int64))
    received = np.broadcast_to(times_of(DAY), (systems, 96)) + 9
    shown = np.zeros((systems, 96, len(FIELDS)), np.float32)
    arrivals.put(0, shown, np.ones((systems, 96), bool), (DAY, received, NONE))
    last, count = 0, 0
    for rows in arrivals.windows(DAY):
        assert rows.received_s[0] >= last
        assert (np.diff(rows.received_s) >= 0).all()
        last, count = rows.received_s[-1], count + len(rows)
    assert count == systems * 96


def test_a_wrong_clock_stamps_readings_and_they_arrive_in_true_time():
    arrivals = Arrivals(PHASE_S)
    clock_s = np.array([0, -7213, 28_840, 0, 0])
    kept, received = np.ones((SYSTEMS, 96), bool), TIME_S + 5
    again = Again(np.array([1]), np.array([3]), received[1, 3:4] + 60)
    arrivals.put(0, SHOWN, kept, (DAY, received, again), clock_s)
    rows = joined(list(arrivals.windows(DAY)))
    assert np.array_equal(np.sort(rows.received_s), rows.received_s)
    ahead = rows.time_s - rows.received_s + 5
    twice = (rows.system == 1) & (ahead == -7213 - 60)
    assert twice.sum() == 1
    assert np.array_equal(ahead[~twice], clock_s[rows.system[~twice]])
