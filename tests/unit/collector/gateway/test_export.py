"""The file for a phone holds what the server lacks, in the form the server reads."""

import gzip
import json

import pytest

from collector.gateway.export import export
from collector.gateway.outbox import Outbox
from collector.gateway.reading import Measured, Run
from collector.wire.condensed import MAX_ROWS
from collector.wire.decode import decode_message

NOW_S = 1_790_000_000


@pytest.fixture
def outbox(tmp_path):
    box = Outbox(tmp_path / "outbox.db", lambda: NOW_S)
    box._db.execute("pragma synchronous = off")
    yield box
    box.close()


def lines_of(file):
    head, *lines = gzip.decompress(file.read_bytes()).splitlines()
    return json.loads(head), lines


def test_it_holds_what_is_not_acknowledged_and_deletes_nothing(outbox, tmp_path):
    for n in range(2500):
        outbox.keep(Measured("A", NOW_S - 900 * n, 1, {"battery_voltage_v": 12.5}))
    outbox.keep(Measured("A", 100, 1, {}), session="unset")
    boot = outbox.boots()["A"]
    outbox.settle(Run("A", boot, 1, 100))
    outbox.ask(Run("A", boot, 50, 60))
    file = tmp_path / "out.jsonl.gz"
    assert export(tmp_path / "outbox.db", "gw-a", NOW_S, file) == (2400, 1)
    head, lines = lines_of(file)
    assert head == {"suluh": "readings", "gw": "gw-a", "made": NOW_S}
    found = [decode_message("shs/v1/gw-a/data", "gw-a", line, NOW_S) for line in lines[:-1]]
    assert not any(f.rejects for f in found)
    assert max(len(f.batch) for f in found) <= MAX_ROWS
    numbers = [n for f in found for n in f.batch.sequence.astype(int).tolist()]
    assert sorted(numbers) == list(range(101, 2501))
    assert json.loads(lines[-1])[0]["lost"] == [[50, 60]]
    assert outbox.counts().waiting == 2401


def test_an_empty_outbox_makes_a_file_that_says_so(outbox, tmp_path):
    assert export(tmp_path / "outbox.db", "gw-a", NOW_S, tmp_path / "f") == (0, 0)
    assert lines_of(tmp_path / "f")[1] == []


def test_what_cannot_be_written_leaves_nothing_behind(outbox, tmp_path):
    with pytest.raises(FileNotFoundError):
        export(tmp_path / "none.db", "gw-a", NOW_S, tmp_path / "f")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="directory"):
        export(tmp_path / "outbox.db", "gw-a", NOW_S, tmp_path / "folder")
    assert not list(tmp_path.glob("*.part"))
