"""HTTP into real collector processes that are killed: what was answered is there, once."""

import gzip
import json
import random
import sqlite3
import threading
import time
import urllib.request
from contextlib import closing

import pytest
from typer.testing import CliRunner

from api.migrations import upgrade
from collector.bootstrap import open_database, open_store
from collector.publishers.changes import give_secrets
from collector.publishers.repository import SqlPublishers
from collector.send_log_command import app as send_log
from collector.settings import CollectorSettings
from tests.fixtures.collector_process import CollectorProcess
from tests.fixtures.http_door import condensed, post, text
from tests.fixtures.running_collector import eventually, registered
from tests.fixtures.small_fleet import fleet
from tests.servers.process import free_port

ROUNDS, SENDERS, MESSAGES_EACH = 3, 3, 40
NOBODY = {"MQTT_PORT": 1}


@pytest.fixture
def data(tmp_path):
    """A data folder with a registry; secrets of its publishers by name."""
    folder = tmp_path / "data"
    engine = open_database(CollectorSettings(data_dir=folder))
    upgrade(engine)
    registered(engine, fleet())
    made = give_secrets(SqlPublishers(engine), ["KPK-0001", "gw-boti"], time.time())
    engine.dispose()
    return folder, made


def stored(folder):
    """Sequence numbers in the store of a collector that has ended."""
    store = open_store(CollectorSettings(data_dir=folder))
    found = store.rows("KPK-0001", 0, 2**40).sequence.tolist()
    store.close()
    return found


def send_all(port, login, messages, answered, ended):
    """Send each message until it is answered, and never again: then it must be there."""
    for number, message in messages:
        while not ended.is_set():
            try:
                status = post(port, message, login)[0]
            except (OSError, ValueError):
                time.sleep(0.05)
                continue
            if status == 200:
                answered.append(number)
                break
            time.sleep(0.02)


@pytest.mark.slow
def test_killed_between_receipt_and_answer_again_and_again(data):
    folder, made = data
    login = f"KPK-0001:{made['KPK-0001']}"
    collector = CollectorProcess(folder, **NOBODY)
    every = [(2 * i, text(condensed(rc=2 * i))) for i in range(SENDERS * MESSAGES_EACH)]
    answered, ended, chance = [], threading.Event(), random.Random(7)
    senders = [
        threading.Thread(
            target=send_all,
            args=(collector.port, login, every[i::SENDERS], answered, ended),
            daemon=True,
        )
        for i in range(SENDERS)
    ]
    try:
        collector.process.start()
        for sender in senders:
            sender.start()
        for killed in range(1, ROUNDS + 1):
            aim = killed * len(every) // (ROUNDS + 1)
            eventually(lambda aim=aim: len(answered) >= aim)
            time.sleep(chance.uniform(0, 0.02))
            collector.process.kill()
            collector.process.start()
        eventually(lambda: len(answered) == len(every))
    finally:
        ended.set()
        collector.process.stop()
    rest = CollectorProcess(folder, **NOBODY).process
    for _ in range(50):
        found = stored(folder)
        if len(found) == 2 * len(every):
            break
        # What was answered last may still wait in the spool.
        rest.start()
        time.sleep(0.3)
        rest.stop()
    assert sorted(found) == [float(n) for n in range(2 * len(every))], "each once, none missing"


def test_a_log_carried_by_hand_is_stored_and_again_changes_nothing(data, monkeypatch, tmp_path):
    folder, made = data
    lines = [text([condensed("KPK-0002", rc=3 * i, rows=3)]) for i in range(700)]
    log = tmp_path / "gw-boti.jsonl.gz"
    head = b'{"suluh":"readings","gw":"gw-boti","made":1732233600}'
    log.write_bytes(gzip.compress(b"\n".join([head, *lines, b"{torn"]) + b"\n"))
    monkeypatch.setenv("SULUH_MQTT_USERNAME", "gw-boti")
    monkeypatch.setenv("SULUH_MQTT_PASSWORD", made["gw-boti"])
    collector = CollectorProcess(folder, **NOBODY)
    collector.process.start()
    to = ["--to", f"http://127.0.0.1:{collector.port}", "--json"]
    try:
        told = [CliRunner().invoke(send_log, ["send-log", str(log), *to]) for _ in range(2)]
        with urllib.request.urlopen(f"http://127.0.0.1:{collector.status_port}/metrics") as answer:
            numbers = answer.read().decode()
        monkeypatch.setenv("SULUH_MQTT_PASSWORD", "wrong")
        stranger = CliRunner().invoke(send_log, ["send-log", str(log), *to])
        monkeypatch.setenv("SULUH_MQTT_USERNAME", "KPK-0001")
        another = CliRunner().invoke(send_log, ["send-log", str(log), *to])
    finally:
        collector.process.stop()
    for done in told:
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout) == {"messages": 701, "readings": 2_100, "unreadable": 1}
    assert (stranger.exit_code, another.exit_code) == (1, 2)
    assert "Unknown sender" in stranger.output
    assert "of gw-boti" in another.output
    assert 'suluh_http_intake_answers_total{status="200"} 4.0' in numbers
    assert "suluh_broker_connected 0.0" in numbers


def test_a_log_is_kept_by_its_carrier_while_nobody_answers(tmp_path, monkeypatch):
    monkeypatch.setenv("SULUH_MQTT_USERNAME", "gw-boti")
    monkeypatch.setattr("collector.send_log_command.TRIES", 1)
    log = tmp_path / "log"
    log.write_bytes(text(condensed()))
    done = CliRunner().invoke(
        send_log, ["send-log", str(log), "--to", f"http://127.0.0.1:{free_port()}"]
    )
    assert done.exit_code == 1
    assert "does not answer" in done.output
    assert "Send the file again" in done.output
    assert log.exists()
    missing = CliRunner().invoke(
        send_log, ["send-log", str(tmp_path / "nothing"), "--to", "http://x"]
    )
    assert missing.exit_code == 2


def test_the_answer_reaches_over_what_came_before_and_stays_right_without_the_database(data):
    folder, made = data
    login = f"KPK-0001:{made['KPK-0001']}"
    collector = CollectorProcess(folder, **NOBODY)
    try:
        collector.process.start()
        for rc in (1, 21):
            assert post(collector.port, text(condensed(rc=rc, rows=10)), login)[0] == 200

        def acks(rc, rows):
            return post(collector.port, text(condensed(rc=rc, rows=rows)), login)[1]["acks"]

        mine = {"sn": "KPK-0001", "b": 1}
        eventually(lambda: acks(1, 1) == [mine | {"rc": 10}])
        eventually(lambda: acks(22, 1) == [mine | {"rc": 10, "also": [[21, 30]]}])
        assert acks(11, 10) == [mine | {"rc": 30}], "the hole is filled on disk, if not yet stored"
        with closing(sqlite3.connect(folder / "suluh.db")) as database:
            database.execute("ALTER TABLE sequences RENAME TO gone")
        assert acks(31, 2) == [mine | {"rc": -1, "also": [[31, 32]]}]
    finally:
        collector.process.stop()
