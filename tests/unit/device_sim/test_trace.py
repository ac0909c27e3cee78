from dataclasses import fields

import numpy as np

from device_sim.trace import DayTrace
from tests.fixtures.simulated_field import DAY, Flows, mixed_fleet


def test_a_blank_day_has_room_for_every_step_and_system():
    blank = DayTrace.blank(DAY, 5)
    arrays = [
        getattr(blank, f.name) for f in fields(blank) if f.name not in {"day", "truth", "levers"}
    ]
    assert len(arrays) == 15
    assert all(a.shape == (96, 5) and not a.any() for a in arrays)
    assert len({id(a) for a in arrays}) == len(arrays)
    assert blank.truth is None


def test_a_simulated_day_is_filled_and_of_one_precision():
    trace = Flows(mixed_fleet(), 1).traces[0]
    assert trace.truth
    assert trace.truth.day == trace.day == DAY
    for field in fields(trace):
        values = getattr(trace, field.name)
        if isinstance(values, np.ndarray):
            assert np.isfinite(values).all(), field.name
            assert values.dtype.name in {"float32", "int8", "bool"}, field.name
