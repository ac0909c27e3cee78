"""Batteries wear out by their use alone: a fleet without faults still has answers of batteries."""

from dataclasses import replace

import numpy as np
import pytest

from device_sim.answers import answers_of
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, mixed_fleet, timeline_of

DAYS = 30
END_S = (DAY + DAYS) * DAY_S
WORN, DRAINED, HEAVY_BUT_SOUND = 0, 1, 2


@pytest.mark.slow
def test_worn_batteries_are_told_without_any_fault_and_sound_ones_are_not():
    fleet = mixed_fleet()
    capacity = np.ones(len(fleet), np.float32)
    capacity[[WORN, DRAINED]] = 0.5, 0.3
    evening = fleet.habits.evening.copy()
    evening[2, DRAINED] *= 4.0
    evening[2, HEAVY_BUT_SOUND] *= 4.0
    habits = replace(fleet.habits, evening=evening)
    timeline = timeline_of(replace(fleet, capacity_start=capacity, habits=habits))
    timeline.day(DAY + DAYS - 1)
    told = {a.serial: a for a in answers_of(timeline, END_S)}
    assert set(told) == {SERIALS[WORN], SERIALS[DRAINED]}
    assert {a.fault for a in told.values()} == {"battery_degraded"}
    assert told[SERIALS[DRAINED]].dark_from_s is not None
