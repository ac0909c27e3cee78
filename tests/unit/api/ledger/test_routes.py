"""The account as the API tells it, of a real data folder."""

from fastapi.testclient import TestClient

from api.bootstrap import build_app, open_stores
from collector.ledger.port import Key, Takings
from collector.ledger.repository import SqlLedger
from collector.ledger.standing import Note
from collector.settings import CollectorSettings


def test_what_became_of_every_reading_of_all_or_of_one_device(tmp_path):
    stores = open_stores(CollectorSettings(data_dir=tmp_path))
    client = TestClient(build_app(stores))
    assert client.get("/api/v1/ledger").json()["sent"] == 0
    notes = {
        Key("gw-boti", "KPK-0001", 1): Note(stored=((1, 9), (13, 15)), lost=((10, 10),)),
        Key("gw-boti", "KPK-0002", 1): Note(refused=((1, 4),)),
    }
    SqlLedger(stores.engine).take("s", Takings(notes), 5.0)
    told = client.get("/api/v1/ledger").json()
    assert told == {
        "sent": 19,
        "stored": 12,
        "dead_letters": 4,
        "spooled": 0,
        "at_device": 2,
        "lost_holes": 1,
        "duplicates_ignored": 0,
        "unnumbered": 0,
        "balanced": True,
    }
    assert client.get("/api/v1/ledger", params={"serial": "KPK-0002"}).json()["sent"] == 4
    stores.close()
