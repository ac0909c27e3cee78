from dataclasses import replace

import numpy as np
import pytest

from device_sim.controller import LOAD_CUT
from device_sim.instruments import instruments_of
from device_sim.telemetry import Numbering, batch_of, heard
from tests.fixtures.simulated_field import Flows, mixed_fleet

FLEET = mixed_fleet()
EYES = instruments_of(FLEET)
GATEWAY, DEVICE = 0, 5


@pytest.fixture
def numbering():
    return Numbering.of(FLEET, np.ones(len(FLEET), np.int64))


def take(numbering: Numbering, row: int, *present: int) -> list[tuple[int, int, int]]:
    """(boot, first sequence, rows) of every run of readings."""
    taken = numbering.take(row, np.array(present, bool))
    return [(boot, first, part.stop - part.start) for boot, first, part in taken]


def test_readings_count_on_from_chunk_to_chunk(numbering):
    assert take(numbering, DEVICE, 1, 1, 1) == [(1, 1, 3)]
    assert take(numbering, DEVICE, 1, 1) == [(1, 4, 2)]


def test_a_device_starts_anew_after_a_gap(numbering):
    assert take(numbering, DEVICE, 1, 1, 0, 1) == [(1, 1, 2), (2, 1, 1)]
    assert take(numbering, DEVICE, 0, 1, 1) == [(3, 1, 2)]


def test_a_gap_over_the_edge_of_a_chunk_is_one_gap(numbering):
    take(numbering, DEVICE, 1, 0)
    assert take(numbering, DEVICE, 1, 1) == [(2, 1, 2)]
    take(numbering, DEVICE, 0, 0)
    assert take(numbering, DEVICE, 0, 1) == [(3, 1, 1)]


def test_a_gateway_counts_on_through_gaps(numbering):
    assert take(numbering, GATEWAY, 1, 0, 0, 1) == [(1, 1, 2)]
    assert take(numbering, GATEWAY, 0, 1) == [(1, 3, 1)]


def test_nothing_present_takes_no_number(numbering):
    assert take(numbering, DEVICE, 0, 0) == []
    assert take(numbering, GATEWAY) == []
    assert numbering.next_sequence[DEVICE] == 1


def test_numbers_of_one_system_leave_the_others_alone(numbering):
    take(numbering, DEVICE, 1, 0, 1)
    assert take(numbering, 6, 1) == [(1, 1, 1)]


def test_devices_on_the_load_output_fall_silent_with_it():
    trace = Flows(FLEET, 1).traces[0]
    trace.load_state[40:60, DEVICE] = LOAD_CUT
    mute = replace(EYES, mute_when_cut=np.ones(len(FLEET), bool))
    awake = replace(EYES, mute_when_cut=np.zeros(len(FLEET), bool))
    assert not heard(FLEET, mute, trace)[DEVICE, 40:60].any()
    assert heard(FLEET, awake, trace)[DEVICE, 40:60].all()


def test_gaps_are_few_and_short():
    awake = replace(EYES, mute_when_cut=np.zeros(len(FLEET), bool))
    present = np.concatenate([heard(FLEET, awake, t) for t in Flows(FLEET, 60).traces], axis=1)
    assert 0.995 < present.mean() < 1.0


def test_a_batch_bears_its_numbers():
    batch = batch_of("KPK-0001", np.array([0, 900]), np.zeros((2, 12), np.float32), 3, 17)
    assert batch.boot.tolist() == [3, 3]
    assert batch.sequence.tolist() == [17, 18]
