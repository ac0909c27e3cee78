"""The end-to-end acknowledgement names what was taken, and nothing else."""

import json

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


def test_the_highest_number_of_each_serial_and_boot():
    batch = ReadingBatch.concat(
        [rows("A", 1, 10, 3), rows("B", 1, 5, 1), rows("A", 2, 0, 2), rows("A", 1, 7, 2)]
    )
    assert sorted(acks_of(batch), key=str) == sorted(
        [
            {"sn": "A", "b": 1, "rc": 12},
            {"sn": "A", "b": 2, "rc": 1},
            {"sn": "B", "b": 1, "rc": 5},
        ],
        key=str,
    )
    assert json.loads(ack_payload(batch))["acks"]


def test_readings_without_numbers_are_not_named():
    assert ack_payload(rows("A", np.nan, np.nan, 3)) is None
    assert ack_payload(ReadingBatch.empty()) is None
