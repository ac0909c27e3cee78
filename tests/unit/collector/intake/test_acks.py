"""The end-to-end acknowledgement names what was taken, and nothing else."""

import numpy as np

from collector.domain.fields import FIELDS
from collector.domain.reading import ReadingBatch
from collector.intake.acks import ack_payload, acks_of


def rows(serial, boot, first, count):
    return ReadingBatch.of(
        serial,
        np.arange(count),
        np.full((count, len(FIELDS)), 1.0),
        boot=boot,
        first_sequence=first,
    )


def test_the_highest_number_of_each_serial_and_boot_of_each_message():
    batch = ReadingBatch.concat(
        [rows("A", 1, 10, 3), rows("B", 1, 5, 1), rows("A", 2, 0, 2), rows("A", 1, 7, 2)]
    )
    assert acks_of(batch, np.zeros(8, np.int64)) == {
        0: [
            {"sn": "A", "b": 1, "rc": 12},
            {"sn": "A", "b": 2, "rc": 1},
            {"sn": "B", "b": 1, "rc": 5},
        ]
    }
    assert acks_of(batch, np.array([0, 0, 0, 2, 3, 3, 3, 3])) == {
        0: [{"sn": "A", "b": 1, "rc": 12}],
        2: [{"sn": "B", "b": 1, "rc": 5}],
        3: [{"sn": "A", "b": 1, "rc": 8}, {"sn": "A", "b": 2, "rc": 1}],
    }


def test_it_is_written_as_publishers_read_it():
    acks = acks_of(rows("A", 1, 10, 3), np.zeros(3, np.int64))
    assert ack_payload(acks[0]) == b'{"acks":[{"sn":"A","b":1,"rc":12}]}'


def test_readings_without_numbers_are_not_named():
    assert acks_of(rows("A", np.nan, np.nan, 3), np.zeros(3, np.int64)) == {}
    assert acks_of(ReadingBatch.empty(), np.zeros(0, np.int64)) == {}
