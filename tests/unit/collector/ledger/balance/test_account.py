"""The account of a real collector's folder, with readings in every place they can be."""

import json

import pytest
from typer.testing import CliRunner

from api.migrations import upgrade
from collector.bootstrap import build_ingest, open_database, open_spool, open_store
from collector.ledger.bookkeeper import Bookkeeper
from collector.ledger.heard import outbox_said
from collector.ledger.repository import SqlLedger
from collector.ledger_command import app
from collector.settings import CollectorSettings
from collector.spool import sqlite
from collector.spool.delivery import Delivery
from tests.fixtures.running_collector import registered
from tests.fixtures.small_fleet import fleet

NOW_S = 1_732_300_000.0


def message(serial, first, rows, **more):
    numbered = {"b": 1, "rc": first} if first is not None else {}
    hd = [[300 * i, 1812, 245, 1334] for i in range(rows)]
    start_s = 1_732_233_600 + 300 * (first or 100)
    return json.dumps({"sn": serial, "df": 1, "ts": start_s, "hd": hd} | numbered | more).encode()


class Place:
    """A collector without threads: ``bring`` spools, ``store`` stores what waits."""

    def __init__(self, folder):
        self.settings = CollectorSettings(data_dir=folder)
        self.engine = open_database(self.settings)
        upgrade(self.engine)
        registered(self.engine, fleet())
        self.store_ = open_store(self.settings)
        self.spool = open_spool(self.settings, lambda: NOW_S)
        self.ingest = build_ingest(self.store_, self.engine, lambda: NOW_S)
        ledger = SqlLedger(self.engine)
        self.note = Bookkeeper(ledger, self.spool.name, lambda: NOW_S, lambda *_: None, outbox_said)

    def bring(self, publisher, payload, kind="data"):
        topic = f"shs/v1/{publisher}/{kind}"
        self.spool.append([Delivery(publisher, topic, payload, NOW_S)])

    def store(self):
        while deliveries := self.spool.take(1_000, 10**8):
            self.note(deliveries, self.ingest.take(deliveries))
            self.spool.settle(deliveries)

    def close(self):
        self.spool.close()
        self.store_.close()
        self.engine.dispose()


@pytest.fixture(name="place")
def place_of(tmp_path, monkeypatch):
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path))
    place = Place(tmp_path)
    yield place
    place.close()


def told(*words, code=0):
    outcome = CliRunner().invoke(app, list(words))
    assert outcome.exit_code == code, outcome.output
    return outcome.output


def figures(*words):
    found = json.loads(told("--json", *words))
    assert list(found) == [
        *("sent", "stored", "dead_letters", "spooled", "at_device", "lost_holes"),
        "duplicates_ignored",
    ]
    return tuple(found.values())


def test_nothing_yet_is_said_so(place):
    assert "Nothing has been received yet" in told()
    assert figures() == (0, 0, 0, 0, 0, 0, 0)


def test_every_reading_is_in_one_place_and_the_account_balances(place):
    place.bring("KPK-0001", message("KPK-0001", 1, 10))
    place.bring("KPK-0001", message("KPK-0001", 5, 6))  # six of them again
    place.bring("KPK-0001", message("KPK-0001", 21, 5))  # ten are missing
    place.bring("gw-boti", message("KPK-0009", 1, 3))  # nobody's: dead letters
    place.bring("gw-boti", message("KPK-0002", 1, 2))
    place.bring("gw-boti", json.dumps({"sn": "KPK-0002", "b": 1, "lost": [[3, 4]]}).encode())
    place.bring("gw-haya", b"{not json")
    place.bring("KPK-0001", message("KPK-0001", None, 4))
    place.store()
    assert place.store_.count() == 10 + 5 + 2 + 4
    assert figures() == (10 + 10 + 5 + 3 + 4 + 1 + 4, 21, 3 + 1, 0, 10, 2, 6)
    place.bring("KPK-0001", message("KPK-0001", 18, 5))  # three fill the hole, two came before
    place.bring("KPK-0001", message("KPK-0001", 26, 4))
    assert figures() == (37 + 4, 21, 4, 3 + 4, 7, 2, 6)
    place.store()
    assert figures() == (41, 28, 4, 0, 7, 2, 8)
    assert place.store_.count() == 28
    shown = told()
    assert "The account balances." in shown
    assert "5 of them have no number" in shown
    assert "KPK-0001: 7 missing, 0 lost" in shown


def test_one_device_or_one_house_alone(place):
    place.bring("KPK-0001", message("KPK-0001", 1, 10))
    place.bring("gw-boti", message("KPK-0002", 1, 2))
    place.store()
    place.bring("gw-boti", message("KPK-0002", 3, 2))
    assert figures("--serial", "KPK-0002") == (4, 2, 0, 2, 0, 0, 0)
    assert figures("--system", "A") == (10, 10, 0, 0, 0, 0, 0)
    assert "no system X" in told("--system", "X", code=2)


def test_what_a_gateway_says_it_still_has_is_at_the_device(place):
    place.bring("gw-boti", message("KPK-0002", 1, 10))
    said = {"state": "online", "outbox_rows": 40, "produced": 45, "since_b": 1}
    place.bring("gw-boti", json.dumps(said).encode(), "state")
    place.store()
    assert figures() == (45, 10, 0, 0, 35, 0, 0)
    place.bring("gw-boti", message("KPK-0002", 11, 5))
    assert figures() == (45, 10, 0, 5, 30, 0, 0)
    place.store()
    place.bring("gw-boti", message("KPK-0002", 16, 30))
    place.store()
    assert figures() == (45, 45, 0, 0, 0, 0, 0)


def test_a_batch_that_is_stored_again_after_a_crash_is_counted_once(place):
    place.bring("KPK-0001", message("KPK-0001", 1, 10))
    place.bring("KPK-0001", message("KPK-0001", None, 3))
    deliveries = place.spool.take(1_000, 10**8)
    for _ in range(3):  # the spool was never told
        place.note(deliveries, place.ingest.take(deliveries))
    assert figures()[:3] == (13, 13, 0)
    place.store()
    assert figures() == (13, 13, 0, 0, 0, 0, 0)


def test_what_was_entered_before_a_crash_counts_once_though_it_is_late_by_now(place):
    for number in range(1, 11):
        place.bring("KPK-0001", message("KPK-0001", number, 1))
        place.bring("KPK-0001", message("KPK-0001", None, 1))
    deliveries = place.spool.take(1_000, 10**8)
    place.note(deliveries, place.ingest.take(deliveries))  # and killed before the spool was told
    place.spool.close()
    place.spool = open_spool(place.settings, lambda: NOW_S + 3_600.0)
    some = place.spool.take(4, 10**8)
    place.note(some, place.ingest.take(some))
    place.spool.settle(some)
    place.store()
    assert figures() == (20, 20, 0, 0, 0, 0, 0)


def test_what_is_stored_again_after_a_backup_changes_nothing_in_the_books(place, monkeypatch):
    monkeypatch.setattr(sqlite, "MAYBE_ENTERED", 0)
    place.bring("gw-boti", message("KPK-0002", 1, 10))
    place.bring("gw-boti", message("KPK-0002", None, 8))
    place.bring("gw-boti", message("KPK-9999", 1, 3))
    place.store()
    before = figures()
    place.spool.close()
    time_s = NOW_S + 3_600.0
    place.spool = open_spool(place.settings, lambda: time_s)
    assert place.spool.store_again(NOW_S - 1.0) == 3
    place.spool.close()
    place.spool = open_spool(place.settings, lambda: time_s)
    place.spool.settle([])  # late ones would become backlog here
    place.store()
    assert figures() == before
    assert place.store_.count() == 18
