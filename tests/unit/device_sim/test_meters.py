import numpy as np

from device_sim.levers import Levers
from device_sim.meters import as_metered, hold_stuck
from tests.fixtures.simulated_field import Flows, mixed_fleet

TRACES = Flows(mixed_fleet(), 2).traces


def test_a_fleet_with_sound_meters_is_seen_as_it_is():
    seen = as_metered(TRACES[1])
    assert seen is TRACES[1]
    shown = np.arange(12 * 96 * 13, dtype=np.float32).reshape(12, 96, 13)
    assert hold_stuck(shown.copy(), Levers.untouched(12)).tobytes() == shown.tobytes()


def test_only_the_stuck_meter_hangs():
    levers = Levers.untouched(12)
    levers.meter_stuck[5, 3] = True
    shown = np.arange(12 * 96 * 13, dtype=np.float32).reshape(12, 96, 13)
    held = hold_stuck(shown.copy(), levers)
    changed = (held != shown).any(axis=1)
    assert changed.sum() == 1
    assert changed[5].any()
