"""Dead letters by the API, on real stores: for operators, from the list to the second chance."""

import base64
import json

import pytest
from fastapi.testclient import TestClient

from api.bootstrap import build_app, open_stores
from collector.bootstrap import build_ingest
from collector.settings import CollectorSettings
from collector.spool.delivery import Delivery
from tests.fixtures.running_collector import registered
from tests.fixtures.small_fleet import fleet

NOW_S = 1_732_233_600.0 + 86_400
TOKEN = "an-operators-word"
PLACE = "/api/v1/dead-letters"


def message(serial):
    hd = [[900 * i, 1812, 245, 1334] for i in range(3)]
    return json.dumps({"sn": serial, "df": 1, "ts": 1_732_233_600, "b": 1, "rc": 1, "hd": hd})


@pytest.fixture(name="stores")
def programme(tmp_path):
    """Stores with two letters: of a serial nobody knows, and of something unreadable."""
    stores = open_stores(CollectorSettings(data_dir=tmp_path))
    registered(stores.engine, fleet())
    bad = [("gw-boti", message("KPK-9999").encode()), ("KPK-0001", b"{\xff")]
    build_ingest(stores.readings, stores.engine).take(
        [Delivery(name, f"shs/v1/{name}/data", payload, NOW_S) for name, payload in bad]
    )
    yield stores
    stores.close()


@pytest.fixture
def client(stores):
    return TestClient(
        build_app(stores, lambda: NOW_S, TOKEN),
        raise_server_exceptions=False,
        headers={"Authorization": f"Bearer {TOKEN}"},
    )


def test_the_list_names_what_a_person_needs(client):
    told = client.get(PLACE).json()
    assert told["next_cursor"] is None
    by_sender = {item["publisher"]: item for item in told["items"]}
    assert by_sender["gw-boti"] == {
        "id": by_sender["gw-boti"]["id"],
        "publisher": "gw-boti",
        "received": "2024-11-23T00:00:00Z",
        "reason": "serial not assigned to a system at that time",
        "readings": 3,
        "bytes": len(message("KPK-9999")),
        "settled": False,
    }
    assert [i["publisher"] for i in client.get(PLACE, params={"reason": "NOT ASS"}).json()["items"]]


def test_pages_follow_each_other(client):
    first = client.get(PLACE, params={"limit": 1}).json()
    second = client.get(PLACE, params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert first["items"][0]["id"] < second["items"][0]["id"]
    assert client.get(PLACE, params={"cursor": second["next_cursor"]}).json()["items"] == []


def letter_of(client, publisher):
    return client.get(PLACE, params={"publisher": publisher, "settled": True}).json()["items"][0]


def test_one_letter_comes_whole_and_explained(client):
    number = letter_of(client, "KPK-0001")["id"]
    told = client.get(f"{PLACE}/{number}").json()
    assert base64.b64decode(told["payload_base64"]) == b"{\xff"
    assert "could not be read" in told["meaning"]
    assert told["topic"] == "shs/v1/KPK-0001/data"
    assert client.get(f"{PLACE}/4711").status_code == 404


def test_a_mended_letter_is_stored_and_settled(client, stores):
    number = letter_of(client, "gw-boti")["id"]
    again = client.post(f"{PLACE}/{number}/replay").json()
    assert (again["stored"], again["settled"]) == (0, False)
    assert "not assigned" in again["reasons"][0]
    for _ in range(2):
        told = client.post(f"{PLACE}/{number}/replay", content=message("KPK-0002")).json()
        assert told == {"stored": 3, "reasons": [], "settled": True}
    assert stores.readings.count() == 3
    assert letter_of(client, "gw-boti")["settled"]
    assert [i["publisher"] for i in client.get(PLACE).json()["items"]] == ["KPK-0001"]


def test_more_than_a_message_may_be_is_refused(client, stores):
    number = letter_of(client, "gw-boti")["id"]
    assert client.post(f"{PLACE}/{number}/replay", content=b"x" * 8_000_001).status_code == 422
    assert stores.readings.count() == 0


@pytest.mark.parametrize("words", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
@pytest.mark.parametrize("ask", ["list", "one", "replay"])
def test_nobody_else_sees_or_does_anything(client, stores, words, ask):
    number = letter_of(client, "gw-boti")["id"]
    client.headers["Authorization"] = words
    path = {"list": "", "one": f"/{number}", "replay": f"/{number}/replay"}[ask]
    send = client.post if ask == "replay" else client.get
    answer = send(PLACE + path)
    assert answer.status_code == 403
    assert "gw-boti" not in answer.text


def test_without_a_token_nobody_may(stores):
    client = TestClient(build_app(stores, lambda: NOW_S))
    for words in ("", "Bearer ", "Bearer x"):
        answer = client.get(PLACE, headers={"Authorization": words})
        assert answer.status_code == 403
        assert "SULUH_API_OPERATOR_TOKEN" in answer.json()["detail"]
