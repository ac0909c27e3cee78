"""Kept readings become batches the wire takes: one serial, one boot, no hole."""

import numpy as np

from collector.domain.fields import FIELD_INDEX
from collector.gateway.reading import Kept, Measured, batches


def kept(serial, sequence, boot=1, **fields):
    return Kept(sequence, boot, sequence, Measured(serial, 1000 + sequence, 1, fields))


def runs(rows):
    return [
        (b.serials[0], int(b.boot[0]), b.sequence.astype(int).tolist()) for b, _ in batches(rows)
    ]


def test_serials_boots_and_holes_part_batches():
    rows = [
        kept("B", 5), kept("A", 1), kept("A", 2), kept("A", 4), kept("A", 5), kept("A", 1, boot=2)
    ]  # fmt: skip
    assert runs(rows) == [("A", 1, [1, 2]), ("A", 1, [4, 5]), ("A", 2, [1]), ("B", 1, [5])]


def test_fields_go_to_their_columns_and_the_rest_is_missing():
    ((batch, form),) = batches([kept("A", 1, soc_percent=50.0, nonsense=1.0), kept("A", 2)])
    assert form == 1
    assert batch.time_s.tolist() == [1001, 1002]
    assert batch.values[0, FIELD_INDEX["soc_percent"]] == 50
    assert np.isfinite(batch.values).sum() == 1


def test_nothing_makes_nothing():
    assert batches([]) == []
