"""Dead letters from the command line: listed, shown, explained, mended and stored after all."""

import json

import pytest
from typer.testing import CliRunner

from api.migrations import upgrade
from collector.bootstrap import build_ingest, open_database, open_store
from collector.letters_command import app
from collector.settings import CollectorSettings
from collector.spool.delivery import Delivery
from tests.fixtures.running_collector import registered
from tests.fixtures.small_fleet import fleet

NOW_S = 1_732_233_600.0 + 900 * 110
START_S = 1_732_233_600


def message(serial, voltage=1334):
    rows = [[900 * i, 1812, 245, voltage] for i in range(3)]
    return json.dumps({"sn": serial, "df": 1, "ts": START_S, "b": 1, "rc": 1, "hd": rows}).encode()


def delivered(payload, publisher):
    return Delivery(publisher, f"shs/v1/{publisher}/data", payload, NOW_S)


@pytest.fixture(name="folder", autouse=True)
def programme(tmp_path, monkeypatch):
    """A data folder with two refused messages: a serial nobody knows, and something unreadable."""
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path))
    settings = CollectorSettings(data_dir=tmp_path)
    engine = open_database(settings)
    upgrade(engine)
    registered(engine, fleet())
    store = open_store(settings)
    build_ingest(store, engine).take(
        [
            delivered(message("KPK-9999"), "gw-boti"),
            delivered(b"\x1b[2J{not json", "KPK-0001"),
            delivered(message("KPK-0001"), "KPK-0001"),
        ]
    )
    store.close()
    yield tmp_path
    engine.dispose()


def said(*words, code=0):
    outcome = CliRunner().invoke(app, list(words))
    assert outcome.exit_code == code, outcome.output
    return outcome.output


def stored(folder):
    store = open_store(CollectorSettings(data_dir=folder))
    try:
        return store.count()
    finally:
        store.close()


def test_the_list_is_for_programs_too():
    found = json.loads(said("list", "--json"))
    assert [set(letter) >= {"id", "publisher", "received", "reason", "bytes"} for letter in found]
    assert [(letter["publisher"], letter["readings"]) for letter in found] == [
        ("KPK-0001", 1),
        ("gw-boti", 3),
    ]
    assert found[1]["bytes"] == len(message("KPK-9999"))
    assert "4 readings in all open letters" in said("list")


def test_an_empty_list_says_so():
    assert "everything received is stored" in said("list", "--publisher", "nobody")


def test_what_was_sent_is_shown_and_steers_no_terminal():
    shown = said("show", "1")
    assert "\x1b" not in shown
    assert "not json" in shown
    assert said("explain", "2").count("registry") >= 1


def test_a_letter_that_is_not_there_is_named():
    assert "no dead letter 77" in said("show", "77", code=2)


def test_a_serial_entered_since_is_stored_and_its_letter_settled(folder, monkeypatch):
    assert "refused again" in said("replay", "2", code=1)
    known = fleet().assigned
    monkeypatch.setattr(
        "collector.fleet.port.Fleet.assigned",
        lambda _self, serials, code, times: known(("KPK-0002",) * len(serials), code, times),
    )
    assert "1 of 1 letters settled" in said("replay", "--reason", "not assigned")
    assert stored(folder) == 3 + 3
    assert [one["id"] for one in json.loads(said("list", "--json"))] == [1]
    assert len(json.loads(said("list", "--json", "--settled"))) == 2


def test_a_mended_message_is_stored_in_place_of_the_broken_one(folder, tmp_path):
    mended = tmp_path / "message"
    mended.write_bytes(message("KPK-0001", voltage=1250).replace(b"1732233600", b"1732240000"))
    assert "3 readings stored, settled" in said("replay", "1", "--file", str(mended))
    assert stored(folder) == 6


def test_a_mended_message_that_is_still_wrong_leaves_the_letter_and_no_new_one(folder, tmp_path):
    mended = tmp_path / "message"
    mended.write_bytes(b"{still not")
    assert "refused again" in said("replay", "1", "--file", str(mended), code=1)
    assert len(json.loads(said("list", "--json", "--settled"))) == 2
    assert stored(folder) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["replay"], "Say which"),
        (["replay", "1", "2", "--file", "x"], "one letter"),
        (["replay", "1", "--file", "/nowhere/at/all"], "cannot be read"),
    ],
)
def test_wrong_use_is_told(words, told):
    assert told in said(*words, code=2)
