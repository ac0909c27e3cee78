import numpy as np
import pytest

from collector.domain.fields import FIELDS
from device_sim.arrivals import COLUMNS, Arrivals, Rows
from device_sim.delivery import Detour
from device_sim.grid import times_of

DAY, DAY_S, SYSTEMS = 20_500, 86_400, 5
NO_ROWS = np.zeros(0, np.int64)
NONE = Detour(NO_ROWS, NO_ROWS, NO_ROWS)
RNG = np.random.default_rng(7)
SHOWN = RNG.random((SYSTEMS, 96, len(FIELDS))).astype(np.float32)
PHASE_S = np.array([0, 240, 7, 7, 100])
DELAY_S = np.array([30, 2, 9, 9, 17])
TIME_S = times_of(DAY)[None, :] + PHASE_S[:, None]
ON_TIME_S = TIME_S + DELAY_S[:, None]
EVER = (DAY + 9) * DAY_S
EVERYTHING = np.ones((SYSTEMS, 96), bool)


def late(received_s: np.ndarray, rows: slice) -> Detour:
    row, step = np.nonzero(received_s[rows] != ON_TIME_S[rows])
    return Detour(row, step, received_s[rows][row, step])


def arrived(
    received_s: np.ndarray,
    kept: np.ndarray,
    again: Detour = NONE,
    clock_s: int = 0,
    end_s: int = EVER,
) -> list[Rows]:
    """What arrives on DAY and the day after it, of readings of DAY put in two blocks."""
    arrivals = Arrivals(PHASE_S + DELAY_S, PHASE_S, end_s)
    for first, rows in ((0, slice(0, 2)), (2, slice(2, 5))):
        detours = (DAY, late(received_s, rows), NONE if first else again)
        arrivals.put(first, SHOWN[rows], kept[rows].copy(), detours, clock_s)
    windows = list(arrivals.windows(DAY))
    arrivals.put(0, SHOWN, np.zeros_like(kept), (DAY + 1, NONE, NONE))
    return windows + list(arrivals.windows(DAY + 1))


def test_every_reading_arrives_once_in_order_with_its_values():
    kept = RNG.random((SYSTEMS, 96)) < 0.9
    received = ON_TIME_S.copy()
    received[1, 40:60] = received[1, 59] + 30_000
    received[3, 90:] = (DAY + 1) * DAY_S + 5_000
    rows = Rows.joined(arrived(received, kept))
    assert len(rows) == kept.sum()
    assert (np.diff(rows.received_s) >= 0).all()
    step = (rows.time_s - PHASE_S[rows.system] - DAY * DAY_S) // 900
    assert len(set(zip(rows.system.tolist(), step.tolist(), strict=True))) == kept.sum()
    assert np.array_equal(rows.received_s, received[rows.system, step])
    for place, name in enumerate(COLUMNS):
        field = [f.name for f in FIELDS].index(name)
        assert np.array_equal(rows.values[place], SHOWN[rows.system, step, field])


def test_readings_bear_their_devices_time_and_arrive_in_true_time():
    received = ON_TIME_S.copy()
    received[1, 40:60] += 30_000
    right = Rows.joined(arrived(received, EVERYTHING))
    wrong = Rows.joined(arrived(received, EVERYTHING, clock_s=-7200))
    assert np.array_equal(wrong.received_s, right.received_s)
    assert np.array_equal(wrong.time_s, right.time_s - 7200)


def test_what_was_never_read_does_not_arrive():
    nothing = np.zeros((SYSTEMS, 96), bool)
    assert sum(map(len, arrived(ON_TIME_S + 700, nothing))) == 0


def test_what_would_arrive_after_the_end_never_does():
    end_s = DAY * DAY_S + 70_000
    received = ON_TIME_S.copy()
    received[1, 40:50], received[3, 40:50] = end_s - 1, end_s
    rows = Rows.joined(arrived(received, EVERYTHING, end_s=end_s))
    assert (rows.system == 1).sum() == 96
    assert (rows.system == 3).sum() == 86


def test_a_repeated_reading_arrives_twice_with_the_same_values():
    rows, steps = np.array([1, 1]), np.array([3, 95])
    again = Detour(rows, steps, ON_TIME_S[rows, steps] + 300)
    whole = Rows.joined(arrived(ON_TIME_S, EVERYTHING, again))
    assert len(whole) == SYSTEMS * 96 + 2
    twice = (whole.system == 1) & (whole.time_s == TIME_S[1, 95])
    assert twice.sum() == 2
    assert (whole.values[:, twice][:, 0] == whole.values[:, twice][:, 1]).all()


def test_a_repeat_of_what_was_never_read_is_none():
    kept = EVERYTHING.copy()
    kept[1] = False
    again = Detour(np.array([1]), np.array([3]), TIME_S[1, 3:4] + 300)
    assert sum(map(len, arrived(ON_TIME_S, kept, again))) == 4 * 96


def test_a_way_longer_than_a_quarter_hour_is_refused():
    with pytest.raises(ValueError, match="900 s"):
        Arrivals(np.array([900]), np.array([0]), EVER)


@pytest.mark.parametrize("systems", [3, 10_001])
def test_few_and_many_systems_are_put_in_order_alike(systems):
    arrivals = Arrivals(np.full(systems, 9), np.zeros(systems, np.int64), EVER)
    shown = np.zeros((systems, 96, len(FIELDS)), np.float32)
    arrivals.put(0, shown, np.ones((systems, 96), bool), (DAY, NONE, NONE))
    last, count = 0, 0
    for rows in arrivals.windows(DAY):
        assert rows.received_s[0] >= last
        assert (np.diff(rows.received_s) >= 0).all()
        last, count = rows.received_s[-1], count + len(rows)
    assert count == systems * 96
