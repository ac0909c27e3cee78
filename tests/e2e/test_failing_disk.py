"""A disk that fails, is slow or full: the collector keeps running, says no, and goes on after."""

import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest

from collector.store.duckdb import DuckDbStore
from tests.bench.fault_sender import FaultSender
from tests.bench.faults import CollectorProcess
from tests.fixtures.running_collector import eventually
from tests.servers.left_out import runs_as_root

SYNCS = "fsync,fdatasync"


def injecting(log, what):
    """strace in front of the collector, making its syncs fail or late; it notes them in ``log``."""
    return ["strace", "-D", "-f", "-qq", "-o", str(log), "-e", f"trace={SYNCS}", "-e",
            f"inject={SYNCS}:{what}"]  # fmt: skip


@contextmanager
def sending(collector, broker):
    """A collector that runs and a sender; afterwards everything sent must be accounted for."""
    collector.start()
    sender = FaultSender(broker.host, broker.port)
    sender.start()
    try:
        yield sender
        assert sender.finish(90) == 0, collector.log.read_text()[-3000:]
        assert collector.running
    finally:
        collector.stop()
    told = collector.account(sender)
    assert (told["lost"], told["duplicates"], told["spooled_messages"]) == (0, 0, 0)
    assert told["sent"] == told["stored"] + told["dead_letters"] > 0


def says(collector, words):
    return words in re.sub(r"\x1b\[[0-9;]*m", "", collector.log.read_text())


@pytest.mark.strace
def test_syncs_that_fail_now_and_then(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    # Not at the start: there the databases are opened, which may fail in words.
    wrapper = injecting(tmp_path / "calls", "error=EIO:when=40+9")
    collector = CollectorProcess(tmp_path, broker, None, *wrapper)
    with sending(collector, broker) as sender:
        eventually(lambda: says(collector, "disk I/O error"), 60)
        before = sum(sender.sent.values())
        eventually(lambda: sum(sender.sent.values()) > before + 1_000, 60)
        # A quick disk has taken a thousand readings before the second of its syncs fails.
        eventually(lambda: (tmp_path / "calls").read_text().count("(INJECTED)") >= 3, 60)


@pytest.mark.strace
def test_syncs_that_fail_for_a_while_stop_every_acknowledgement(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    wrapper = injecting(tmp_path / "calls", "error=EIO:when=40..46")
    collector = CollectorProcess(tmp_path, broker, None, *wrapper)
    with sending(collector, broker):
        eventually(lambda: says(collector, "senders wait"), 60)
        eventually(lambda: says(collector, "takes in again"), 90)


@pytest.mark.strace
def test_syncs_that_take_long(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    wrapper = injecting(tmp_path / "calls", "delay_enter=300000:when=40+")
    collector = CollectorProcess(tmp_path, broker, None, *wrapper)
    with sending(collector, broker) as sender:
        eventually(lambda: sum(sender.sent.values()) > 2_000, 60)
    assert not says(collector, "stumbled")


WRITER = """
import sys, time
from pathlib import Path
from collector.store.duckdb import DuckDbStore
from collector.store.port import StoreUnavailableError
from tests.bench.messages import one_day
store, failed = DuckDbStore(Path(sys.argv[1])), 0
for batch in one_day(60):
    while True:
        try:
            store.write(batch)
            break
        except StoreUnavailableError:
            failed += 1
print(failed, store.count(), flush=True)
"""


@pytest.mark.strace
def test_the_embedded_store_goes_on_after_a_failed_sync(tmp_path):
    wrapper = injecting(tmp_path / "calls", "error=EIO:when=12+9")
    arguments = [sys.executable, "-c", WRITER, str(tmp_path / "readings.duckdb")]
    ran = subprocess.run(
        [*wrapper, *arguments], capture_output=True, text=True, check=True, timeout=200
    )
    failed, count = map(int, ran.stdout.split())
    assert failed > 0
    assert count == 60 * 96
    store = DuckDbStore(tmp_path / "readings.duckdb")
    assert store.count() == count
    store.close()


@pytest.fixture(name="small_disk")
def small_disk_of(tmp_path):
    """A file system of some megabytes, for the spool alone."""
    folder = tmp_path / "data" / "spool"
    folder.mkdir(parents=True)
    mounted = runs_as_root() and shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(folder)], check=False
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("a small file system cannot be mounted here (it takes root and mount)")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_makes_senders_wait_and_once_freed_all_goes_on(
    new_mosquitto, small_disk, tmp_path
):
    broker = new_mosquitto()
    collector = CollectorProcess(tmp_path, broker)
    with sending(collector, broker) as sender:
        eventually(lambda: sender.last_ack_s > 0, 60)
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        eventually(lambda: says(collector, "disk is full"), 60)
        heard_s = sender.last_ack_s
        time.sleep(3.0)
        quiet = sender.last_ack_s <= heard_s + 2.0
        filler.unlink()
        assert quiet, "acknowledged while the disk was full"
        eventually(lambda: says(collector, "takes in again"), 60)
