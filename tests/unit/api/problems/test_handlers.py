"""Errors become documents for programs and pages for people."""

import pytest

from api.problems.catalogue import PROBLEMS


def test_programs_get_problem_json_in_their_language(client):
    indonesian = client.get("/api/v1/nothing")
    assert indonesian.status_code == 404
    assert indonesian.headers["content-type"] == "application/problem+json"
    assert indonesian.json() == {
        "type": "/masalah/not-found",
        "title": "Halaman tidak ditemukan",
        "status": 404,
        "detail": PROBLEMS["not-found"].remedy.id,
        "instance": "/api/v1/nothing",
    }
    assert client.get("/api/v1/nothing?lang=en").json()["title"] == "Page not found"


def test_people_get_a_page(client):
    response = client.get("/nothing")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "Halaman tidak ditemukan" in response.text


def test_values_that_cannot_be_used_are_listed(client):
    problem = client.get("/api/v1/systems?limit=0&status=broken").json()
    assert {e["where"] for e in problem["errors"]} == {"query.limit", "query.status"}
    assert "limit" in problem["detail"]


def test_only_reading_is_served(client):
    response = client.post("/api/v1/systems")
    assert response.status_code == 405
    assert response.json()["type"] == "/masalah/method-not-allowed"
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize("path", ["/", "/pekerjaan", "/api/v1/villages", "/api/v1/tickets"])
@pytest.mark.parametrize("broken", ["store", "database"])
def test_a_server_out_of_reach_is_503_with_a_time_to_come_back(client, world, path, broken):
    world.store.down = broken == "store"
    world.book.down = broken == "database"
    response = client.get(path)
    if response.status_code != 200:  # some paths need one of the two only
        assert response.status_code == 503
        assert response.headers["retry-after"] == "15"
        assert "10.0.0" not in response.text
    else:
        assert (path, broken) in {("/pekerjaan", "store"), ("/api/v1/tickets", "store")}


@pytest.mark.parametrize("path", ["/", "/api/v1/villages"])
def test_our_own_mistakes_are_500_without_their_insides(client, world, path):
    world.registry.load = lambda: 1 / 0
    response = client.get(path)
    assert response.status_code == 500
    assert "ZeroDivision" not in response.text
    assert "default-src 'self'" in response.headers["content-security-policy"]
    assert "kesalahan" in response.text


@pytest.mark.parametrize("slug", PROBLEMS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_type_has_a_page_in_both_languages(client, slug, language):
    page = client.get(PROBLEMS[slug].type, params={"lang": language})
    assert page.status_code == 200
    assert PROBLEMS[slug].title.said(language) in page.text


def test_an_unknown_type_has_none(client):
    assert client.get("/masalah/gremlins").status_code == 404
