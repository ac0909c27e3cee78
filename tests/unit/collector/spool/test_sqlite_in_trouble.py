"""The spool's file killed, torn, replaced, full or held by another: what was promised is there."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from collector.spool import spool_file, sqlite
from collector.spool.port import SpoolUnavailableError
from collector.spool.sqlite import SqliteSpool
from tests.fixtures.deliveries import MANY, MUCH, delivery, names

WRITER = """
import os, signal
from pathlib import Path
from collector.spool.delivery import Delivery
from collector.spool.sqlite import SqliteSpool
spool = SqliteSpool(Path({path!r}), lambda: 0.0, limit_bytes=10**9)
for n in range({many}):
    if n == {die_before}:
        os.kill(os.getpid(), signal.SIGKILL)
    spool.append([Delivery(str(n), "t", b"x" * 3000, 0.0)])
    print(n, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(path, many, die_before=-1):
    """Run a writer that is killed without warning; the names of what it said is kept."""
    script = textwrap.dedent(WRITER.format(path=str(path), many=many, die_before=die_before))
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    return ended.stdout.split()


def test_killed_hard_it_has_what_it_said_it_has(tmp_path, clock):
    said = killed(tmp_path / "spool.db", 100, die_before=57)
    assert len(said) == 57
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**9)
    assert names(spool.take(MANY, MUCH)) == said
    spool.close()


def test_a_torn_end_of_the_log_costs_one_append_and_leaves_the_rest(tmp_path, clock):
    path = tmp_path / "spool.db"
    said = killed(path, 20)
    log = path.with_name("spool.db-wal")
    os.truncate(log, log.stat().st_size - 1_500)
    spool = SqliteSpool(path, clock, limit_bytes=10**9)
    assert names(spool.take(MANY, MUCH)) == said[:-1]
    spool.append([delivery("next")])
    assert names(spool.take(MANY, MUCH)) == [*said[:-1], "next"]
    spool.close()


def test_a_new_file_in_place_of_a_broken_one_begins_anew(tmp_path, clock, spool):
    spool.append([delivery(n) for n in range(9)])
    spool.settle(spool.take(MANY, MUCH))
    spool._open.close()
    for file in tmp_path.glob("spool.db*"):
        file.unlink()
    with pytest.raises(SpoolUnavailableError):
        spool.append([delivery("lost on the way")])
    spool.append([delivery("first")])
    assert names(spool.take(MANY, MUCH)) == ["first"]


@pytest.mark.parametrize(("kept", "least", "most"), [(0, 0, 150_000), (400_000, 300_000, 600_000)])
def test_an_emptied_spool_gives_its_disk_back(tmp_path, clock, monkeypatch, kept, least, most):
    monkeypatch.setattr(spool_file, "FREE_KEPT_BYTES", kept)
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**6)
    spool.append([delivery(n, size=9_000) for n in range(100)])
    clock.now_s = 1.0
    spool.settle(spool.take(MANY, MUCH))
    spool.close()
    assert least < (tmp_path / "spool.db").stat().st_size < most


def test_after_a_failed_sync_the_log_is_settled_before_anything_is_taken_in(spool, monkeypatch):
    settled = []
    real = sqlite.settle_log
    monkeypatch.setattr(sqlite, "settle_log", lambda c: (settled.append(1), real(c)))
    spool.append([delivery(1)])
    assert settled == [1], "a process before us may have failed to sync"
    spool.append([delivery(2)])
    assert settled == [1]
    spool._open.close()
    with pytest.raises(SpoolUnavailableError):
        spool.append([delivery(3)])
    spool.append([delivery(3)])
    assert settled == [1, 1]


def test_what_went_wrong_is_told_and_not_what_came_of_it(tmp_path, clock):
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**9)
    spool.append([delivery(1)])
    pages = spool._open.execute("PRAGMA page_count").fetchone()[0]
    spool._open.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(SpoolUnavailableError, match="disk is full"):
        spool.append([delivery(2, size=10**6)])
    assert names(spool.take(MANY, MUCH)) == ["1"]
    spool.close()


def test_a_second_process_is_refused_in_words(tmp_path, clock, spool):
    with pytest.raises(SpoolUnavailableError, match="SULUH_COLLECTOR_ID"):
        SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=1)


def test_a_file_that_is_no_spool_is_refused_and_left_as_it_is(tmp_path, clock):
    path = tmp_path / "other.db"
    path.write_bytes(b"a letter to somebody" * 100)
    with pytest.raises(SpoolUnavailableError, match=r"other\.db"):
        SqliteSpool(path, clock, limit_bytes=1)
    assert path.read_bytes() == b"a letter to somebody" * 100
