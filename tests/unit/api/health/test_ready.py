"""/healthz and /readyz tell the truth."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.unit.api.world import make_world


@pytest.fixture
def world():
    return make_world(days=1)


@pytest.fixture
def client(world):
    return TestClient(create_app(world.services()), raise_server_exceptions=False)


def test_ready_when_both_answer(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"store": "ok", "database": "ok"}}


@pytest.mark.parametrize("broken", ["store", "database"])
def test_not_ready_names_what_does_not_answer(client, world, broken):
    (world.store if broken == "store" else world.book).down = True
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    checks = response.json()["checks"]
    assert [name for name, said in checks.items() if said != "ok"] == [broken]
    assert "10.0.0" not in response.text
    assert client.get("/healthz").status_code == 200


def test_the_check_reads_next_to_nothing(client, world):
    client.get("/readyz")
    assert world.store.asked == ["rows"]
    assert world.registry.loads == 0
