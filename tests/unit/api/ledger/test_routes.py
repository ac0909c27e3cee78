"""The account as the API tells it, of a real data folder."""

from fastapi.testclient import TestClient

from api.bootstrap import build_app, open_stores
from collector.ledger.port import Key, Takings, Traffic
from collector.ledger.repository import SqlLedger
from collector.ledger.standing import Note
from collector.settings import CollectorSettings
from tests.unit.api.pages.reading import text_of
from tests.unit.api.world import NOW_S


def test_what_became_of_every_reading_of_all_or_of_one_device(tmp_path):
    stores = open_stores(CollectorSettings(data_dir=tmp_path))
    client = TestClient(build_app(stores))
    assert client.get("/api/v1/ledger").json()["sent"] == 0
    notes = {
        Key("gw-boti", "KPK-0001", 1): Note(stored=((1, 9), (13, 15)), lost=((10, 10),)),
        Key("gw-boti", "KPK-0002", 1): Note(refused=((1, 4),)),
    }
    SqlLedger(stores.engine).take("s", Takings(notes=notes), 5.0)
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
        "unread_messages": 0,
        "balanced": True,
    }
    assert client.get("/api/v1/ledger", params={"serial": "KPK-0002"}).json()["sent"] == 4
    stores.close()


def test_devices_page_by_page_and_what_their_links_cost(tmp_path):
    stores = open_stores(CollectorSettings(data_dir=tmp_path))
    client = TestClient(build_app(stores, lambda: NOW_S, plan_mb=2.0))
    notes = {
        Key("gw-boti", "KPK-0001", 1): Note(stored=((1, 9),), lost=((10, 12),)),
        Key("gw-boti", "KPK-0002", 1): Note(stored=((1, 4),)),
        Key("KPK-0003", "KPK-0003", 1): Note(stored=((1, 2), (5, 5))),
    }
    sent = {
        ("gw-boti", "2026-11"): Traffic(7, 3_000, 3_000_000),
        ("KPK-0003", "2026-11"): Traffic(3, 300, 500_000),
        ("gw-boti", "2026-10"): Traffic(1, 1, 1),
    }
    SqlLedger(stores.engine).take("s", Takings(notes=notes, traffic=sent), NOW_S)
    first = client.get("/api/v1/ledger/devices", params={"limit": 2}).json()
    rest = client.get("/api/v1/ledger/devices", params={"cursor": first["next_cursor"]}).json()
    told = {d["serial"]: d for d in first["items"] + rest["items"]}
    assert [d["serial"] for d in first["items"]] == ["KPK-0001", "KPK-0002"]
    assert rest["next_cursor"] is None
    assert (told["KPK-0001"]["lost_holes"], told["KPK-0003"]["at_device"]) == (3, 2)
    assert told["KPK-0002"]["heard_at"] == "2026-11-22T06:05:00Z"
    month = client.get("/api/v1/ledger/traffic").json()
    assert month["month"] == "2026-11"
    assert [(t["publisher"], t["plan_share"]) for t in month["items"]] == [
        ("gw-boti", 1.5),
        ("KPK-0003", 0.25),
    ]
    october = client.get("/api/v1/ledger/traffic", params={"month": "2026-10"}).json()
    assert [t["messages"] for t in october["items"]] == [1]
    assert client.get("/api/v1/ledger/traffic", params={"month": "now"}).status_code == 422
    page = client.get("/data")
    text = text_of(page)
    assert "Seimbang Setiap pembacaan diketahui tempatnya." in text
    assert "KPK-0001 belum tiba 0 · hilang 3" in text
    assert "gw-boti 3,00 MB 7 150 %" in text
    assert "Data used in 2026-11" in text_of(client.get("/data?lang=en"))
    stores.close()


def test_before_anything_was_sent(client):
    text = text_of(client.get("/data"))
    assert "Belum ada data yang diterima." in text
    assert "Bulan ini belum ada kiriman." in text
