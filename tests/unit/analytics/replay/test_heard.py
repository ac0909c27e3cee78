"""The store of a walk: what had been heard, on the grid, by tonight."""

from datetime import date, timedelta

import numpy as np
import pytest

from analytics.indicators.day_view import FIELDS_READ
from analytics.replay.clocks import Clocks
from analytics.replay.heard import HeardStore
from analytics.replay.readings import Rows
from collector.domain.clock import DAY_S

DAY = 20_000
STEPS = DAY * DAY_S + np.arange(0, DAY_S, 900)
VOLTS = FIELDS_READ.index("battery_voltage_v")


def rows(time_s, volts, system=0):
    values = np.full((len(FIELDS_READ), np.size(time_s)), np.nan, np.float32)
    values[VOLTS] = volts
    time_s = np.atleast_1d(np.asarray(time_s, np.int64))
    return Rows(np.full(time_s.size, system), time_s, time_s, values)


def block(store, day=DAY, days=1, serials=("A", "B")):
    window = (day * DAY_S, (day + days) * DAY_S)
    return store.block(serials, window, 900, ["battery_voltage_v", "pv_current_a"])


@pytest.fixture
def store():
    return HeardStore(["A", "B"], keep_days=10)


def test_readings_lie_where_they_belong_and_nothing_else_does(store):
    store.hear(rows(STEPS + 60, 12.5), DAY)
    found = block(store)
    assert (found["battery_voltage_v"][0] == 12.5).all()
    assert np.isnan(found["battery_voltage_v"][1]).all()
    assert np.isnan(found["pv_current_a"]).all()
    assert found.rows[0].tolist() == [1] * 96
    assert not found.rows[1].any()
    assert store.count() == 96


def test_the_order_of_arrival_within_a_day_changes_nothing(store):
    fine = STEPS[0] + np.arange(0, DAY_S, 300)
    heard = rows(fine, np.arange(fine.size))
    store.hear(heard, DAY)
    other = HeardStore(["A", "B"], keep_days=10)
    other.hear(heard.part(np.random.default_rng(3).permutation(fine.size)), DAY)
    one, two = block(store), block(other)
    np.testing.assert_array_equal(one["battery_voltage_v"], two["battery_voltage_v"])
    np.testing.assert_array_equal(one.rows, two.rows)
    assert one.rows[0].tolist() == [3] * 96
    assert one["battery_voltage_v"][0, 0] == 2.0


def test_a_reading_that_comes_again_counts_once(store):
    store.hear(rows(STEPS, 12.0), DAY)
    store.hear(rows(STEPS[:10], 12.0), DAY)
    assert store.count() == 96


def test_a_late_reading_takes_its_place_only_if_it_is_the_last_of_its_cell(store):
    store.hear(rows(STEPS[5] + 300, 12.0), DAY)
    store.hear(rows([STEPS[5] + 100], 11.0), DAY + 1)
    assert block(store)["battery_voltage_v"][0, 5] == 12.0
    store.hear(rows([STEPS[5] + 700], 13.0), DAY + 1)
    assert block(store)["battery_voltage_v"][0, 5] == 13.0


def test_days_and_systems_that_got_readings_are_told_by_receipt(store):
    store.hear(rows(STEPS, 12.0), DAY)
    store.hear(rows(STEPS[:2] - DAY_S, 12.0, system=1), DAY + 1)
    everything = ((DAY - 5) * DAY_S, (DAY + 5) * DAY_S)
    first = store.arrived(everything, DAY * DAY_S, (DAY + 1) * DAY_S)
    later = store.arrived(everything, (DAY + 1) * DAY_S, (DAY + 2) * DAY_S)
    told = [
        [(a.serials[c], d) for c, d in zip(a.serial_code, a.day, strict=True)]
        for a in (first, later)
    ]
    assert told == [[("A", DAY)], [("B", DAY - 1)]]


def test_the_grid_moves_on_and_old_days_are_let_go(store):
    for day in range(DAY, DAY + 60):
        store.hear(rows(STEPS + (day - DAY) * DAY_S, float(day - DAY)), day)
    assert (block(store, DAY + 59)["battery_voltage_v"][0] == 59.0).all()
    assert (block(store, DAY + 50)["battery_voltage_v"][0] == 50.0).all()
    assert not block(store, DAY).rows.any()


def test_a_reading_too_late_to_matter_is_counted_and_calls_no_day_back(store):
    store.hear(rows(STEPS, 12.0), DAY)
    store.hear(rows(STEPS - 9 * DAY_S, 12.0), DAY)
    assert store.too_old == 96
    told = store.arrived(((DAY - 20) * DAY_S, (DAY + 5) * DAY_S), 0.0, 1e12)
    assert told.day.tolist() == [DAY]


def test_the_newest_reading_is_known_even_when_it_left_the_grid(store):
    store.hear(rows(STEPS, 12.0), DAY)
    store.hear(rows(STEPS + 90 * DAY_S, 13.0, system=1), DAY + 90)
    newest = store.latest(["B", "A"])
    assert [newest.serials[c] for c in newest.serial_code] == ["B", "A"]
    assert newest.time_s.tolist() == [STEPS[-1] + 90 * DAY_S, STEPS[-1]]


def test_another_grid_is_refused(store):
    with pytest.raises(ValueError, match="900 s"):
        store.block(["A"], (0, DAY_S), 600, ["battery_voltage_v"])


def test_clocks_of_receipt_days_become_columns(store):
    nothing = np.full(2, np.nan, np.float32)
    store.note_clocks(Clocks(np.array([8.0, 0.0], "f4"), np.array([-8.0, 0.1], "f4")), DAY)
    store.note_clocks(Clocks(nothing, nothing), DAY + 400)
    first = date(1970, 1, 1) + timedelta(DAY - 1)
    found = store.clock_columns(["B", "A"], first, 3)
    assert found["clock_ahead_h"].shape == (2, 3)
    assert found["clock_ahead_h"][1, 1] == 8.0
    assert found["clock_lag_h"][0, 1] == np.float32(0.1)
    assert np.isnan(found["clock_lag_h"][:, [0, 2]]).all()
