"""Walks the folder: each fault changes its own system's telemetry or truth, and is told."""

from dataclasses import replace

import numpy as np
import pytest

from device_sim.answers import answers_of
from device_sim.fault import Episode, Fault, Span
from device_sim.faults import known_faults
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, timeline_of

DAYS = 9
GROWN_DAYS = {
    "battery_degraded": 100,
    "panel_soiled": 90,
    "panel_shaded": 400,
    "panel_degraded": 3000,
}
ROW = {"home": 1, "street_light": 9, "facility": 8}
FAULTS = known_faults()


def shown(episodes):
    timeline = timeline_of(episodes=episodes)
    views = [timeline.day(DAY + n) for n in range(DAYS)]
    readings = np.concatenate([v.shown for v in views], axis=1)
    heard = np.concatenate([v.heard for v in views], axis=1)
    # Where a reading is stamped is as much of it as its values.
    clock_s = np.stack([np.repeat(v.clock_s[:, None], 96, axis=1) for v in views], axis=1)
    stamped = np.dstack([readings, clock_s.reshape(*readings.shape[:2], 1).astype(np.float32)])
    return timeline, stamped, heard


def row_of(fault: Fault) -> int:
    return next(row for kind, row in ROW.items() if kind in {k.value for k in fault.kinds})


def episode_of(fault: Fault) -> Episode:
    span = Span(DAY * DAY_S, (DAY + 60) * DAY_S)
    episode = fault.draw(np.random.default_rng(3), SERIALS[row_of(fault)], span)
    start_s = (DAY + 1 - GROWN_DAYS.get(fault.code, 0)) * DAY_S
    return replace(episode, start_s=start_s, end_s=np.inf)


@pytest.fixture(scope="module")
def well():
    return shown([])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.code}/{f.scope}/{len(f.kinds)}")
def test_a_fault_shows_at_its_own_system_alone_and_is_told(fault, well):
    row = row_of(fault)
    timeline, readings, heard = shown([episode_of(fault)])
    others = np.arange(len(SERIALS)) != row
    assert readings[others].tobytes() == well[1][others].tobytes()
    assert np.array_equal(heard[others], well[2][others])
    changed = not np.array_equal(readings[row], well[1][row], equal_nan=True)
    assert changed or not np.array_equal(heard[row], well[2][row])

    told = answers_of(timeline, (DAY + DAYS) * DAY_S)
    assert [(a.serial, a.fault, a.end_s) for a in told] == [(SERIALS[row], fault.code, None)]
    assert told[0].start_s < (DAY + DAYS) * DAY_S
    assert 0 < told[0].severity <= 1
    assert answers_of(well[0], (DAY + DAYS) * DAY_S) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.code}/{f.scope}/{len(f.kinds)}")
def test_before_a_fault_begins_nothing_differs(fault, well):
    late = replace(episode_of(fault), start_s=(DAY + 2) * DAY_S)
    timeline = timeline_of(episodes=[late])
    view = timeline.day(DAY + 1)
    assert view.shown.tobytes() == np.ascontiguousarray(well[1][:, 96:192, :-1]).tobytes()
    assert not view.clock_s.any()
