"""GET /api/v1/villages and /systems."""

from tests.unit.api.world import NOW_S


def test_villages_carry_counts_tickets_and_the_newest_reading(client):
    items = client.get("/api/v1/villages").json()["items"]
    assert {v["name"] for v in items} == {
        "Oemaman",
        "Kusi Utara",
        "Boti",
        "Tiang Bendera",
        "Luhu",
    }
    boti = next(v for v in items if v["name"] == "Boti")
    assert boti["systems"] == 70 == sum(boti["by_status"].values())
    assert boti["timezone"] == "Asia/Makassar"
    assert boti["newest_reading"] == "2026-11-22T06:00:00Z"


def test_systems_are_read_page_by_page(client):
    first = client.get("/api/v1/systems", params={"limit": 150}).json()
    second = client.get("/api/v1/systems", params={"limit": 150, "cursor": first["next_cursor"]})
    codes = [s["code"] for s in first["items"] + second.json()["items"]]
    assert len(codes) == len(set(codes)) == first["total"] == 206
    assert second.json()["next_cursor"] is None


def test_a_system_has_its_state_device_and_tickets(client, world):
    ticket = next(t for t in world.book.tickets.values() if t.fault == "panel_disconnected")
    system = client.get(f"/api/v1/systems/{ticket.system.lower()}").json()
    assert system["code"] == ticket.system
    assert system["status"] == "fault"
    assert system["open_tickets"] == [ticket.number]
    assert system["serial"].startswith("KPK-")
    assert "latitude" not in system


def test_filters(client):
    luhu = client.get("/api/v1/systems", params={"village": "Luhu", "kind": "street_light"}).json()
    assert luhu["total"] == 6
    faulty = client.get("/api/v1/systems", params={"status": "fault", "limit": 500}).json()
    assert faulty["items"]
    assert {s["status"] for s in faulty["items"]} == {"fault"}


def test_a_system_never_judged_has_no_times(client):
    system = client.get("/api/v1/systems", params={"village": "Luhu"}).json()["items"][0]
    assert system["status"] == "new"
    assert system["judged_at"] is None


def test_bad_filters_are_told_in_words(client):
    for query in ({"status": "broken"}, {"limit": 0}, {"limit": "many"}, {"village": "Atlantis"}):
        response = client.get("/api/v1/systems", params=query)
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["detail"]


def test_unknown_and_mistyped_codes_differ(client):
    assert client.get("/api/v1/systems/nope").json()["type"] == "/masalah/unknown-system"
    mistyped = client.get("/api/v1/systems/OEM-0001-Q", params={"lang": "en"})
    assert mistyped.status_code == 404
    assert mistyped.json()["type"] == "/masalah/mistyped-house-code"
    assert "mistyped" in mistyped.json()["detail"]


def test_the_world_is_read_at_its_own_time(client, world):
    world.now_s = NOW_S + 3600
    assert client.get("/api/v1/villages").status_code == 200
