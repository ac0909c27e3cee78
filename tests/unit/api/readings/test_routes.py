"""GET /api/v1/fields and the readings of a system."""

import pytest

from collector.domain.fields import FIELD_NAMES

CODE = "OEM-0001-P"
AT = f"/api/v1/systems/{CODE}/readings"


def test_the_nomenclature_is_the_domains_own(client):
    items = client.get("/api/v1/fields").json()["items"]
    assert [f["name"] for f in items] == list(FIELD_NAMES)
    assert next(f for f in items if f["name"] == "charge_stage")["codes"]["1"] == "bulk"


def test_the_latest_reading_is_the_stores(client, world):
    serial = world.fleet.by_system[CODE][0].serial
    stored = world.store.latest([serial])
    answer = client.get(f"{AT}/latest").json()
    assert answer["serial"] == serial
    assert answer["time"] == "2026-11-22T06:00:00Z"
    assert answer["values"]["battery_voltage_v"] == stored.values[0, 2]
    assert answer["values"]["soc_percent"] is None


def test_a_system_that_never_spoke_has_no_time(client, world):
    world.store.batch = type(world.store.batch).empty()
    answer = client.get(f"{AT}/latest").json()
    assert answer == {"system": CODE, "serial": None, "time": None, "quality": [], "values": {}}


def test_history_is_columns_of_equal_length_with_the_stored_values(client, world):
    serial = world.fleet.by_system[CODE][0].serial
    query = {"start": "2026-11-20T00:00:00+08:00", "end": "2026-11-21T00:00:00+08:00"}
    answer = client.get(AT, params=query).json()
    start_s = 1_795_104_000
    stored = world.store.rows(serial, start_s, start_s + 86_400)
    assert list(answer["columns"]) == list(FIELD_NAMES)
    assert {len(column) for column in answer["columns"].values()} == {len(stored)}
    assert answer["columns"]["battery_voltage_v"] == stored.values[:, 2].tolist()
    assert answer["time"][0] >= "2026-11-19T16:00:00Z"


def test_only_the_fields_asked_for(client):
    query = {"field": ["load_current_a", "pv_current_a", "load_current_a"]}
    assert list(client.get(AT, params=query).json()["columns"]) == [
        "load_current_a",
        "pv_current_a",
    ]


def test_by_default_the_last_day(client):
    answer = client.get(AT).json()
    assert (answer["start"], answer["end"]) == ("2026-11-21T06:05:00Z", "2026-11-22T06:05:00Z")
    assert 80 < len(answer["time"]) <= 96


@pytest.mark.parametrize(
    "query",
    [
        {"start": "2026-11-22T00:00:00Z", "end": "2026-11-21T00:00:00Z"},
        {"start": "2026-09-01T00:00:00Z", "end": "2026-11-21T00:00:00Z"},
        {"start": "0001-01-01T00:00:00Z"},
        {"end": "0001-01-01T00:00:00Z"},
        {"start": "9999-12-31T23:59:59Z"},
        {"end": "9999-12-31T23:59:59Z"},
        {"start": "2026-11-22T00:00:00"},
        {"start": "yesterday"},
        {"field": "volts"},
    ],
)
def test_bad_windows_and_fields_are_told(client, query):
    response = client.get(AT, params=query)
    assert response.status_code == 422
    assert response.json()["type"] == "/masalah/invalid-request"
