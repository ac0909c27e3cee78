"""The outbox: numbers for good, deletes on the server's word, holes on record."""

import resource
import threading

import pytest

from collector.gateway import outbox as outbox_module
from collector.gateway.outbox import Outbox
from collector.gateway.outbox_file import Counts, read_counts
from collector.gateway.reading import Measured, Run

NOW_S = 1_790_000_000.0


def measured(serial="A", time_s=1000, form=1, **fields):
    return Measured(serial, time_s, form, fields or {"battery_voltage_v": 12.5})


def waiting(box):
    """All readings that may be sent, the oldest first."""
    return box.unsent(100_000, -(2.0**60))[::-1]


def settle(box, last, serial="A"):
    return box.settle(Run(serial, box.boots()[serial], 0, last))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "deep" / "outbox.db"


@pytest.fixture
def outbox(file):
    box = Outbox(file, lambda: NOW_S)
    yield box
    box.close()


def test_readings_are_numbered_by_serial_and_come_back_newest_first(outbox):
    numbers = [outbox.keep(measured(s, t)) for t, s in enumerate("ABAAB")]
    assert [n for _, n in numbers] == [1, 1, 2, 3, 2]
    assert [r.reading.time_s for r in outbox.unsent(10, 0)] == [4, 3, 2, 1, 0]
    assert [r.reading.time_s for r in outbox.unsent(2, 0, 4)] == [3, 2]
    assert [r.reading.time_s for r in outbox.unsent(9, 3)] == [4, 3]
    assert outbox.unsent(1, 0)[0].reading == measured("B", 4)


def test_what_is_under_way_is_not_chosen_until_it_took_too_long(outbox):
    for t in range(4):
        outbox.keep(measured(time_s=t))
    outbox.sent(outbox.unsent(2, 0), 100.0)
    outbox.sent(outbox.unsent(1, 0), 200.0)
    assert [r.sequence for r in waiting(outbox)] == [1]
    assert outbox.send_again(150.0) == 2
    assert [r.sequence for r in waiting(outbox)] == [1, 3, 4]


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
    settle(box, 1)
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
    assert [r.reading for r in waiting(again)] == [measured()]
    again.close()


def test_every_keep_is_synced(outbox):
    assert outbox._db.execute("pragma journal_mode").fetchone() == ("wal",)
    assert outbox._db.execute("pragma synchronous").fetchone() == (2,)


def test_only_acknowledged_readings_are_deleted_and_counted(outbox):
    for t in range(5):
        outbox.keep(measured(time_s=t))
    assert settle(outbox, 2) == 2
    assert settle(outbox, 2) == 0
    assert outbox.settle(Run("A", outbox.boots()["A"] - 1, 0, 5)) == 0
    assert outbox.settle(Run("B", 1, 0, 5)) == 0
    assert outbox.counts() == Counts(produced=5, waiting=3, acknowledged=2, dropped=0)
    assert [r.sequence for r in waiting(outbox)] == [3, 4, 5]


def test_a_run_beyond_what_was_ever_numbered_is_not_believed(outbox):
    outbox.keep(measured())
    assert settle(outbox, 2) == 0
    assert outbox.counts().waiting == 1


def test_what_is_asked_for_is_there_or_is_said_to_be_gone(outbox):
    for t in range(6):
        outbox.keep(measured(time_s=t))
    boot = outbox.boots()["A"]
    outbox.sent(outbox.unsent(9, 0), 1.0)
    outbox.settle(Run("A", boot, 1, 2))
    outbox.settle(Run("A", boot, 4, 4))
    outbox.ask(Run("A", boot, 1, 99))
    assert [r.sequence for r in outbox.asked_for(9)] == [6, 5, 3]
    gone = [Run("A", boot, 1, 2), Run("A", boot, 4, 4)]
    assert [h.run for h in outbox.untold(9)] == gone
    outbox.ask(Run("A", boot, 1, 6))
    assert [h.run for h in outbox.untold(9)] == gone, "asked twice it is still said once"
    assert outbox.counts() == Counts(6, 3, 3, 0), "what is no longer kept had been acknowledged"
    outbox.sent(outbox.asked_for(9), 2.0)
    assert not outbox.asked_for(9)


def test_numbers_of_another_outbox_are_gone(outbox):
    outbox.ask(Run("A", 7, 10, 20))
    assert [h.run for h in outbox.untold(9)] == [Run("A", 7, 10, 20)]


def test_a_hole_is_said_until_the_server_has_noted_it(file):
    box = Outbox(file, lambda: NOW_S, limit_mb=0.0)
    for t in range(4):
        box.keep(measured(time_s=t))
    boot = box.boots()["A"]
    assert [(h.run, h.reason) for h in box.untold(9)] == [(Run("A", boot, 1, 3), "outbox full")]
    settle(box, 2)
    assert box.untold(9), "half of it is not all of it"
    settle(box, 3)
    assert not box.untold(9)
    assert box.holes(), "it stays on record"
    box.ask(Run("A", boot, 2, 2))
    assert [h.run for h in box.untold(9)] == [Run("A", boot, 1, 3)]
    box.close()


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
    rest = waiting(box)
    assert [r.reading.time_s for r in rest] == list(range(counts.dropped, 900))
    holes = {h.run.serial: h.run for h in box.holes()}
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
    assert [r.reading.time_s for r in waiting(box)] == [2]
    box.close()


def test_a_clock_that_is_not_set_still_makes_a_boot_number(file):
    box = Outbox(file, lambda: 5.0)
    boot, _ = box.keep(measured())
    assert 1 <= boot <= 1_000_000
    box.close()


def test_a_full_disk_is_said_and_becomes_a_hole_when_there_is_room(outbox):
    outbox.keep(measured())
    outbox._db.execute(f"pragma max_page_count = {_pages(outbox)}")
    large = measured(**{f"x{i}": 0.123456789 for i in range(2000)})
    assert [outbox.keep(large) for _ in range(3)] == [None] * 3
    assert outbox.disk_full
    assert outbox.counts() == Counts(1, 1, 0, 0)
    outbox._db.execute("pragma max_page_count = 100000")
    boot, sequence = outbox.keep(measured())
    assert sequence == 5
    assert not outbox.disk_full
    assert [(h.run, h.reason) for h in outbox.untold(9)] == [(Run("A", boot, 2, 4), "disk full")]
    assert outbox.counts() == Counts(5, 2, 0, 3)


def test_a_file_system_that_takes_no_more_bytes_is_outlived(outbox, file):
    """The kernel itself refuses: no file may grow beyond what the log has by now."""
    outbox.keep(measured())
    log = file.with_name(file.name + "-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    large = measured(**{f"x{i}": 0.123456789 for i in range(500)})
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        refused = [outbox.keep(large) for _ in range(2)]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused == [None, None]
    assert outbox.keep(measured())[1] == 4
    assert [h.run[2:] for h in outbox.untold(9)] == [(2, 3)]
    assert [r.sequence for r in waiting(outbox)] == [1, 4]


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
    assert sorted(r.sequence for r in waiting(outbox)) == list(range(1, 121))


def test_counts_can_be_read_while_it_is_in_use(outbox, file):
    outbox.keep(measured())
    assert read_counts(file) == Counts(1, 1, 0, 0)
    with pytest.raises(FileNotFoundError):
        read_counts(file.with_name("none.db"))
    file.with_name("empty.db").touch()
    assert read_counts(file.with_name("empty.db")) == Counts(0, 0, 0, 0), "just being made"


@pytest.mark.parametrize("name", ["plain", "with blank", "a#1", "who?", "50%41"])
def test_counts_are_found_in_any_folder(tmp_path, name):
    outbox = Outbox(tmp_path / name / "outbox.db", lambda: 1_700_000_000.0)
    outbox.keep(measured())
    outbox.close()
    assert read_counts(tmp_path / name / "outbox.db").waiting == 1
