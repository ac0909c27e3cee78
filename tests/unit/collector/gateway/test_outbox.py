"""The outbox: numbers for good, deletes on the server's word, holes on record."""

import sqlite3
import threading

import pytest

from collector.gateway import outbox as outbox_module
from collector.gateway.outbox import Counts, Outbox, read_counts
from collector.gateway.reading import Measured

NOW_S = 1_790_000_000.0


def measured(serial="A", time_s=1000, form=1, **fields):
    return Measured(serial, time_s, form, fields or {"battery_voltage_v": 12.5})


@pytest.fixture
def file(tmp_path):
    return tmp_path / "deep" / "outbox.db"


@pytest.fixture
def outbox(file):
    box = Outbox(file, lambda: NOW_S)
    yield box
    box.close()


def test_readings_are_numbered_by_serial_and_come_back_oldest_first(outbox):
    numbers = [outbox.keep(measured(s, t)) for t, s in enumerate("ABAAB")]
    assert [n for _, n in numbers] == [1, 1, 2, 3, 2]
    rows = outbox.oldest(10)
    assert [r.reading.time_s for r in rows] == [0, 1, 2, 3, 4]
    assert [r.reading for r in outbox.oldest(2)] == [measured("A", 0), measured("B", 1)]


def test_numbers_go_on_after_a_restart_under_the_same_boot(file):
    first = Outbox(file, lambda: NOW_S)
    boot, _ = first.keep(measured())
    first.close()
    again = Outbox(file, lambda: NOW_S + 86_400)
    assert again.keep(measured()) == (boot, 2)
    again.close()


def test_numbers_go_on_even_when_everything_was_acknowledged(file):
    box = Outbox(file, lambda: NOW_S)
    box.keep(measured())
    box.acknowledge(box.oldest(9))
    box.close()
    again = Outbox(file, lambda: NOW_S)
    assert again.keep(measured())[1] == 2
    again.close()


def test_a_kill_leaves_what_was_kept(file):
    box = Outbox(file, lambda: NOW_S)
    box.keep(measured())
    # The file as a killed process leaves it: never closed, its log not merged.
    copy = file.parent / "copy.db"
    for suffix in ("", "-wal"):
        part = file.with_name(file.name + suffix)
        copy.with_name(copy.name + suffix).write_bytes(part.read_bytes())
    box.close()
    again = Outbox(copy, lambda: NOW_S)
    assert [r.reading for r in again.oldest(9)] == [measured()]
    again.close()


def test_every_keep_is_synced(outbox):
    assert outbox._db.execute("pragma journal_mode").fetchone() == ("wal",)
    assert outbox._db.execute("pragma synchronous").fetchone() == (2,)


def test_only_acknowledged_readings_are_deleted_and_counted(outbox):
    for t in range(5):
        outbox.keep(measured(time_s=t))
    assert outbox.acknowledge(outbox.oldest(2)) == 2
    assert outbox.acknowledge([]) == 0
    assert outbox.counts() == Counts(produced=5, waiting=3, acknowledged=2, dropped=0)
    assert [r.sequence for r in outbox.oldest(9)] == [3, 4, 5]


def test_a_message_holds_one_data_format(outbox):
    outbox.keep(measured("A", form=2))
    outbox.keep(measured("B", form=1))
    outbox.keep(measured("A", form=2))
    assert [r.reading.serial for r in outbox.oldest(9)] == ["A", "A"]
    outbox.acknowledge(outbox.oldest(9))
    assert [r.reading.serial for r in outbox.oldest(9)] == ["B"]


def test_beyond_its_share_the_oldest_go_and_the_hole_is_on_record(file, monkeypatch):
    monkeypatch.setattr(outbox_module, "DROP_ROWS", 20)
    box = Outbox(file, lambda: NOW_S, limit_mb=0.05)
    for t in range(900):
        box.keep(measured("AB"[t % 2], t))
    counts = box.counts()
    assert counts.produced == 900
    assert counts.dropped > 0
    assert counts.waiting + counts.dropped == 900
    assert counts.acknowledged == 0
    rest = box.oldest(2000)
    assert [r.reading.time_s for r in rest] == list(range(counts.dropped, 900))
    holes = {h.serial: h for h in box.holes()}
    assert len(box.holes()) == 2, "neighbouring holes grow together"
    for serial in "AB":
        first_left = min(r.sequence for r in rest if r.reading.serial == serial)
        assert (holes[serial].first, holes[serial].last) == (1, first_left - 1)
    assert sum(p.stat().st_size for p in file.parent.glob("outbox.db")) < 0.25 * 2**20
    box.close()


def test_the_newest_reading_is_never_the_one_dropped(file):
    box = Outbox(file, lambda: NOW_S, limit_mb=0.0)
    box.keep(measured(time_s=1))
    box.keep(measured(time_s=2))
    assert [r.reading.time_s for r in box.oldest(9)] == [2]
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


def test_a_clock_that_is_not_set_still_makes_a_boot_number(file):
    box = Outbox(file, lambda: 5.0)
    boot, _ = box.keep(measured())
    assert 1 <= boot <= 1_000_000
    box.close()


def test_a_disk_that_refuses_uses_no_number(outbox, monkeypatch):
    outbox.keep(measured())
    outbox._db.execute("pragma max_page_count = 1")
    outbox._db.execute(f"pragma max_page_count = {_pages(outbox)}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        outbox.keep(measured(battery_voltage_v=1.0, **{f"x{i}": 0.123456789 for i in range(2000)}))
    outbox._db.execute("pragma max_page_count = 100000")
    assert outbox.keep(measured())[1] == 2
    assert outbox.counts() == Counts(2, 2, 0, 0)


def _pages(outbox):
    return outbox._db.execute("pragma page_count").fetchone()[0]


def test_two_threads_never_share_a_number(outbox):
    def work():
        for _ in range(40):
            outbox.keep(measured())

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r.sequence for r in outbox.oldest(999)) == list(range(1, 121))


def test_counts_can_be_read_while_it_is_in_use(outbox, file):
    outbox.keep(measured())
    assert read_counts(file) == Counts(1, 1, 0, 0)
    with pytest.raises(FileNotFoundError):
        read_counts(file.with_name("none.db"))


@pytest.mark.parametrize("name", ["plain", "with blank", "a#1", "who?", "50%41"])
def test_counts_are_found_in_any_folder(tmp_path, name):
    outbox = Outbox(tmp_path / name / "outbox.db", lambda: 1_700_000_000.0)
    outbox.keep(measured())
    outbox.close()
    assert read_counts(tmp_path / name / "outbox.db").waiting == 1
