"""Style sheet and mark."""

from api.pages.static_files import FOLDER, static_url


def test_named_by_content_they_are_kept_for_a_year(client):
    response = client.get(static_url("suluh.css"))
    assert response.status_code == 200
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-encoding"] == "gzip"


def test_without_the_name_they_are_asked_for_again(client):
    assert "immutable" not in client.get("/static/suluh.css").headers.get("cache-control", "")


def test_nothing_else_is_served(client):
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e/render.py").status_code == 404
    assert client.get("/static/nothing.css?v=1").status_code == 404


def test_there_is_no_script_at_all():
    assert {p.suffix for p in FOLDER.iterdir()} == {".css", ".svg"}
