"""A system's readings, whichever devices measured it."""

import dataclasses

import numpy as np

from api.readings.service import history, last_in_cell, latest_reading
from collector.domain.device import Assignment
from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.reading import ReadingBatch
from collector.fleet.port import Fleet
from tests.unit.api.fakes import MemoryStore
from tests.unit.api.world import registry

FLEET = registry()
CODE, OTHER = FLEET.systems[0].code, FLEET.systems[1].code


def fleet_with(*assignments: Assignment) -> Fleet:
    return dataclasses.replace(FLEET, assignments=assignments)


def store_with(**volts: dict[int, float]) -> MemoryStore:
    store = MemoryStore()
    for serial, by_time in volts.items():
        values = np.full((len(by_time), len(FIELDS)), np.nan)
        values[:, FIELD_INDEX["battery_voltage_v"]] = list(by_time.values())
        store.write(ReadingBatch.of(serial, list(by_time), values))
    return store


def test_a_swapped_device_leaves_one_unbroken_history():
    store = store_with(old={100: 12.1, 200: 12.2, 300: 99.0}, new={50: 99.0, 300: 12.3, 400: 12.4})
    fleet = fleet_with(Assignment("old", CODE, 0, 250), Assignment("new", CODE, 250))
    found = history(store, fleet, CODE, 0, 1000)
    assert found["battery_voltage_v"].tolist() == [12.1, 12.2, 12.3, 12.4]
    assert found.serial.tolist() == ["old", "old", "new", "new"]


def test_a_window_cuts_at_both_ends():
    store = store_with(a={100: 1.0, 200: 2.0, 300: 3.0})
    found = history(store, fleet_with(Assignment("a", CODE, 0)), CODE, 200, 300)
    assert found.time_s.tolist() == [200]
    assert found.measured("battery_voltage_v")
    assert not found.measured("pv_current_a")


def test_no_device_no_history_and_no_latest():
    found = history(store_with(), fleet_with(), CODE, 0, 1000)
    assert len(found) == 0
    assert found["battery_voltage_v"].shape == (0,)
    assert latest_reading(store_with(), fleet_with(), CODE) is None


def test_the_latest_is_that_of_the_present_device():
    store = store_with(old={100: 12.1}, new={300: 12.3})
    fleet = fleet_with(Assignment("old", CODE, 0, 250), Assignment("new", CODE, 250))
    reading = latest_reading(store, fleet, CODE)
    assert (reading.serial, reading.time_s, reading["battery_voltage_v"]) == ("new", 300, 12.3)


def test_a_new_device_that_has_not_spoken_leaves_the_word_to_the_old_one():
    fleet = fleet_with(Assignment("old", CODE, 0, 250), Assignment("new", CODE, 250))
    assert latest_reading(store_with(old={100: 12.1}), fleet, CODE).serial == "old"


def test_a_device_that_moved_on_does_not_speak_for_its_first_house():
    fleet = fleet_with(Assignment("a", CODE, 0, 250), Assignment("a", OTHER, 250))
    store = store_with(a={100: 12.1, 300: 12.9})
    assert latest_reading(store, fleet, CODE) is None
    assert latest_reading(store, fleet, OTHER).time_s == 300


def test_thinning_keeps_the_last_real_reading_of_every_cell():
    time_s = np.array([0, 100, 899, 900, 1800, 1801])
    assert time_s[last_in_cell(time_s, 900)].tolist() == [899, 900, 1801]
    assert last_in_cell(np.zeros(0, np.int64), 900).size == 0
