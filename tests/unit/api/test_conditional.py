"""A page that has not changed is not sent twice."""

import pytest


@pytest.mark.parametrize("path", ["/", "/pekerjaan", "/api/v1/fields", "/api/v1/villages"])
def test_the_same_content_is_304_without_body(client, path):
    first = client.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    again = client.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert "content-length" not in again.headers or again.headers["content-length"] == "0"
    assert "default-src 'self'" in again.headers["content-security-policy"]


def test_other_content_has_another_tag(client, world):
    tag = client.get("/pekerjaan").headers["etag"]
    world.now_s += 7200
    again = client.get("/pekerjaan", headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["etag"] != tag


def test_languages_have_tags_of_their_own(client):
    assert client.get("/").headers["etag"] != client.get("/?lang=en").headers["etag"]
    assert "Cookie" in client.get("/").headers["vary"]


def test_errors_are_not_tagged(client):
    assert "etag" not in client.get("/nothing").headers
    assert "etag" not in client.get("/api/v1/systems/nope").headers


def test_pages_are_private_and_always_asked_for(client):
    assert client.get("/").headers["cache-control"] == "private, no-cache"


def test_long_answers_are_compressed_and_short_ones_not(client):
    assert client.get("/").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/healthz").headers
    plain = client.get("/", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
