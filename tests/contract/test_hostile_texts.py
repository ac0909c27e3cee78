"""Whatever text comes in, by a message or a question, nothing breaks on any database."""

import json
from random import Random

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.bootstrap import build_app, open_stores
from collector.bootstrap import build_bookkeeper, build_ingest, open_spool
from collector.ingest.worker import IngestWorker
from collector.intake.door import arrived
from collector.settings import CollectorSettings
from collector.store.duckdb import DuckDbStore
from tests.contract.conftest import KINDS, engine_of

NOW_S = 1_732_240_000.0
TOKEN = "operator" * 5
NUL, HALF_A_PAIR = "KPK\0 1", "KPK\ud800"
# Random, for a database packs what repeats.
LONG = "".join(map(chr, Random(1).choices(range(0x4E00, 0x9000), k=20_000)))


def condensed(serial, **more):
    return {"sn": serial, "df": 1, "ts": 1_732_233_600, "b": 7, "rc": 1, "hd": [[0, 1812]]} | more


def named(serial, **more):
    d = {"battery_voltage_v": 13.3}
    return {"sn": serial, "ts": 1_732_233_600, "b": 7, "rc": 1, "d": d} | more


def gives_up(serial, why=""):
    return {"sn": serial, "b": 7, "lost": [[1, 5]], "why": why}


def came(said):
    return arrived("shs/v1/gw-1/data", json.dumps(said).encode(), NOW_S, "")


@pytest.fixture(params=KINDS)
def worker(request, tmp_path):
    store, engine = DuckDbStore(tmp_path / "readings.duckdb"), engine_of(request)
    spool = open_spool(CollectorSettings(data_dir=tmp_path), lambda: NOW_S)
    note = build_bookkeeper(spool, engine, lambda *_: None, lambda: NOW_S)
    yield spool, IngestWorker(spool, build_ingest(store, engine, lambda: NOW_S), note)
    spool.close()
    store.close()


@pytest.mark.parametrize("serial", [NUL, HALF_A_PAIR, LONG], ids=["nul", "half a pair", "long"])
@pytest.mark.parametrize("form", [condensed, named, gives_up])
def test_no_serial_stops_the_ingest(worker, form, serial):
    spool, ingest = worker
    odd = form(serial), form(serial) | {"hd": [["x"], [0, 1]]}, form(serial) | {"unknown": 1}
    said = [*odd, [form("KPK-0001"), form(serial)], form("KPK-0001")]
    spool.append([came(one) for one in said])
    assert ingest.step(), ingest.counts.trouble
    assert spool.state().waiting == 0


@pytest.mark.parametrize("why", ["\0", "\ud800", "\n"])
def test_no_reason_stops_the_ingest(worker, why):
    spool, ingest = worker
    spool.append([came(gives_up("KPK-0001", why))])
    assert ingest.step(), ingest.counts.trouble


@pytest.fixture(params=KINDS)
def client(request, tmp_path):
    url = SecretStr(engine_of(request).url.render_as_string(hide_password=False))
    stores = open_stores(CollectorSettings(data_dir=tmp_path, database_url=url), migrate=False)
    app = build_app(stores, operator_token=TOKEN)
    yield TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"})
    stores.close()


@pytest.mark.parametrize(
    "path",
    ["ledger?serial=", "ledger/devices?cursor=", "dead-letters?publisher=", "dead-letters?reason="],
)
def test_a_question_with_a_nul_is_told_so(client, path):
    assert client.get(f"/api/v1/{path}KPK").status_code == 200
    answer = client.get(f"/api/v1/{path}KPK%00")
    assert answer.status_code == 422, answer.text
