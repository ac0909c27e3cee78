import json

import numpy as np
import pytest

from device_sim.packing import MOST_ROWS, Packer, slice_of
from device_sim.telemetry import batch_of


def batch(serial: str, rows: int, first: int = 1):
    values = np.full((rows, 12), 12.34, np.float32)
    return batch_of(serial, np.arange(rows) * 900, values, 1, first)


def test_several_serials_share_a_message_until_it_is_full():
    packer = Packer("gw-boti")
    full = [m for n in range(5) for m in packer.add(batch(f"KPK-{n}", 900), 1)]
    full += packer.flush()
    assert [m.rows for m in full] == [1800, 1800, 900]
    assert [o["sn"] for o in json.loads(full[0].payload)] == ["KPK-0", "KPK-1"]
    assert {m.publisher for m in full} == {"gw-boti"}


def test_a_long_backlog_is_cut_and_its_numbers_run_on():
    packer = Packer("KPK-1")
    messages = [*packer.add(batch("KPK-1", MOST_ROWS + 500, first=7), 1), *packer.flush()]
    assert [m.rows for m in messages] == [MOST_ROWS, 500]
    assert [json.loads(m.payload)["rc"] for m in messages] == [7, MOST_ROWS + 7]


def test_formats_are_not_mixed():
    packer = Packer("gw-boti")
    messages = [*packer.add(batch("A", 3), 1), *packer.add(batch("B", 3), 2), *packer.flush()]
    assert [json.loads(m.payload)["df"] for m in messages] == [1, 2]


def test_nothing_makes_no_message():
    assert list(Packer("gw-boti").flush()) == []


def test_a_slice_is_the_rows_asked_for():
    part = slice_of(batch("KPK-1", 10), 2, 5)
    assert part.sequence.tolist() == [3, 4, 5]
    assert part.time_s.tolist() == [1800, 2700, 3600]
    assert part.values == pytest.approx(np.float32(12.34))
