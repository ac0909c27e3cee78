"""The end-to-end acknowledgement names what was taken, and nothing else."""

import numpy as np

from collector.domain.fields import FIELDS
from collector.domain.reading import ReadingBatch
from collector.intake.acks import acks_alone, runs_of


def rows(serial, boot, first, count):
    return ReadingBatch.of(
        serial,
        np.arange(count),
        np.full((count, len(FIELDS)), 1.0),
        boot=boot,
        first_sequence=first,
    )


def test_an_entry_reaches_up_to_the_first_hole_and_names_what_lies_beyond():
    batch = ReadingBatch.concat(
        [rows("A", 1, 10, 3), rows("B", 1, 1, 5), rows("A", 2, 0, 2), rows("A", 1, 7, 2)]
    )
    assert sorted(acks_alone(runs_of(batch)), key=str) == [
        {"sn": "A", "b": 1, "rc": -1, "also": [[7, 8], [10, 12]]},
        {"sn": "A", "b": 2, "rc": 1},
        {"sn": "B", "b": 1, "rc": 5},
    ]


def test_a_reading_that_stands_twice_breaks_no_run():
    batch = ReadingBatch.concat([rows("A", 1, 1, 3), rows("A", 1, 2, 3)])
    assert acks_alone(runs_of(batch)) == [{"sn": "A", "b": 1, "rc": 4}]


def test_readings_without_numbers_are_not_named():
    assert acks_alone(runs_of(rows("A", np.nan, np.nan, 3))) == []
    assert acks_alone(runs_of(ReadingBatch.empty())) == []
