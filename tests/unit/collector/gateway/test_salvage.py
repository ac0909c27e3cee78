"""A file that breaks: what can be read of it is sent, and every other number is said to be lost."""

import sqlite3

import pytest

from collector.gateway.outbox import Outbox
from collector.gateway.reading import Run
from tests.unit.collector.gateway.test_outbox import NOW_S, measured, waiting


@pytest.fixture
def file(tmp_path):
    return tmp_path / "outbox.db"


@pytest.fixture
def outbox(file):
    box = Outbox(file, lambda: NOW_S)
    yield box
    box.close()


def test_a_broken_file_is_set_aside_and_the_new_numbers_cannot_meet_the_old(file):
    box = Outbox(file, lambda: NOW_S)
    old_boot, _ = box.keep(measured())
    box.close()
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    file.write_bytes(b"not a database " * 1000)
    again = Outbox(file, lambda: NOW_S + 60)
    boot, sequence = again.keep(measured())
    assert sequence == 1
    assert boot > old_boot
    assert list(file.parent.glob("outbox.db.broken-*"))
    again.close()


def _overwrite(file, of_page, noise=b"\xff" * 4096):
    with file.open("r+b") as raw:
        raw.seek(4096 * (of_page - 1))
        raw.write(noise)


def test_what_can_be_read_of_a_broken_file_is_sent_and_the_rest_is_a_hole(file):
    box = Outbox(file, lambda: NOW_S)
    for t in range(400):
        box.keep(measured(time_s=t))
    boot = box.boots()["A"]
    box.settle(Run("A", boot, 0, 5))
    box.close()
    pages = _pages_of_readings(file)
    _overwrite(file, pages[len(pages) // 2])
    again = Outbox(file, lambda: NOW_S + 60)
    here = {r.sequence for r in waiting(again)}
    assert 0 < len(here) < 395
    lost = {n for h in again.untold(99) for n in range(h.run.first, h.run.last + 1)}
    assert here | lost == set(range(1, 401)), "every number is here or said"
    assert not here & lost
    new_boot, sequence = again.keep(measured())
    assert (sequence, new_boot > boot) == (1, True)
    counts = again.counts()
    assert counts.produced == 401
    assert counts.waiting + counts.dropped == 401
    assert again.keep(measured())[0] == new_boot, "the old boot gives no more numbers"
    again.close()


def _pages_of_readings(file):
    raw = file.read_bytes()
    found = [raw[at : at + 4096].count(b"battery_voltage_v") for at in range(0, len(raw), 4096)]
    return [number for number, readings in enumerate(found, start=1) if readings]


def test_a_file_that_breaks_while_it_is_open_says_so(outbox, file):
    outbox.keep(measured())
    outbox._db.execute("pragma wal_checkpoint(truncate)")
    for page in range(2, 9):
        _overwrite(file, page)
    outbox._db.execute("pragma shrink_memory")
    with pytest.raises(sqlite3.DatabaseError):
        outbox.keep(measured())
    assert outbox.broken
