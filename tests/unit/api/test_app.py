"""The application as a whole: its description, and what no input may do to it."""

import tomllib
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import VERSION

PATHS = (
    "systems",
    "tickets",
    "systems/{}",
    "systems/{}/readings",
    "tickets/{}",
    "tickets/{}/events",
)
NAMES = ("village", "status", "kind", "cursor", "limit", "fault", "open", "start", "end", "field")


def test_the_version_is_that_of_the_project():
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION


def test_openapi_describes_every_route_with_an_example(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {p.split("/")[3] for p in document["paths"] if p.startswith("/api/v1/")} == {
        "villages",
        "systems",
        "fields",
        "tickets",
        "forecasts",
        "ledger",
        "dead-letters",
    }
    for path, methods in document["paths"].items():
        (method,) = methods
        assert method == ("post" if path.endswith("/replay") else "get"), path
        assert methods[method]["summary"]
        assert "application/problem+json" in str(methods[method]["responses"])
    for name in ("SystemOut", "VillageOut", "TicketOut", "EventOut", "LatestOut", "HistoryOut"):
        assert document["components"]["schemas"][name]["examples"], name


def test_every_documented_example_has_the_shape_of_a_real_answer(client, world):
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    ticket = next(iter(world.book.tickets.values()))
    answers = {
        "SystemOut": f"/api/v1/systems/{ticket.system}",
        "TicketOut": f"/api/v1/tickets/{ticket.number}",
        "LatestOut": f"/api/v1/systems/{ticket.system}/readings/latest",
        "HistoryOut": f"/api/v1/systems/{ticket.system}/readings",
    }
    for name, path in answers.items():
        assert set(schemas[name]["examples"][0]) == set(client.get(path).json()), name


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(PATHS),
    part=st.text(min_size=1, max_size=30).filter(lambda s: s not in {".", ".."}),
    query=st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30), max_size=4),
)
def test_no_input_makes_a_server_error(client, path, part, query):
    quoted = quote(part, safe="", errors="replace")
    response = client.get("/api/v1/" + path.replace("{}", quoted), params=query)
    assert response.status_code < 500


@pytest.mark.parametrize("path", ["/sistem", "/pekerjaan", "/cari", "/rumah/OEM-0001-P"])
@pytest.mark.parametrize("value", ["\x00", "'\"><script>", "9" * 60, "%", "é" * 70, "../..", " "])
def test_no_input_makes_a_page_fail(client, path, value):
    names = ("desa", "keadaan", "dari", "gangguan", "batas", "hal", "q", "hari")
    for name in names:
        response = client.get(path, params={name: value})
        assert response.status_code < 500
        assert "<script>" not in response.text
