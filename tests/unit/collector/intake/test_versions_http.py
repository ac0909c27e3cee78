"""The door to versions on real sockets: to each gateway its own, from any byte on."""

import base64
import http.client
import json
import threading

import pytest

from collector.intake import versions_http
from collector.intake.versions_http import VersionsDoor
from tests.fixtures.http_door import open_door

ARCHIVE = bytes(range(256)) * 400
OURS, OTHER = "a" * 64, "b" * 64
ORDER = {"sha256": OURS, "size_bytes": len(ARCHIVE), "signature": "signed", "assigned_s": 1.5}


class TroubleError(Exception):
    pass


def wanted(gateway):
    if gateway == "KPK-0001":
        raise TroubleError
    return ORDER if gateway == "gw-boti" else None


def archive(gateway, sha256):
    return ARCHIVE if (gateway, sha256) == ("gw-boti", OURS) else None


@pytest.fixture
def door(tmp_path):
    secrets = {"gw-boti": "two", "gw-haya": "three", "KPK-0001": "one"}
    with open_door(
        tmp_path,
        versions=VersionsDoor(wanted, archive),
        lets_in=lambda name, secret: secrets.get(name) == secret,
        unavailable=(TroubleError,),
    ) as opened:
        yield opened


def get(door, path, login="gw-boti:two", **headers):
    if login:
        headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def test_a_gateway_hears_which_version_is_for_it(door):
    status, body, _ = get(door, "/api/v1/version")
    assert (status, json.loads(body)) == (200, {"version": ORDER})
    status, body, _ = get(door, "/api/v1/version", "gw-haya:three")
    assert (status, json.loads(body)) == (200, {"version": None})


@pytest.mark.parametrize("path", ["/api/v1/version", f"/api/v1/versions/{OURS}"])
@pytest.mark.parametrize("login", [None, "gw-boti:wrong", "nobody:two"])
def test_strangers_get_nothing(door, path, login):
    status, body, headers = get(door, path, login)
    assert (status, headers["WWW-Authenticate"]) == (401, 'Basic realm="suluh"')
    assert b"sha256" not in body
    assert door.answers[401] == 1


@pytest.mark.parametrize(
    ("sha256", "login"), [(OURS, "gw-haya:three"), (OTHER, "gw-boti:two"), ("..", "gw-boti:two")]
)
def test_nobody_gets_what_is_for_another(door, sha256, login):
    status, body, _ = get(door, f"/api/v1/versions/{sha256}", login)
    assert status == 404
    assert len(body) < 1_000


def test_the_whole_and_any_rest_of_it(door):
    path = f"/api/v1/versions/{OURS}"
    status, body, headers = get(door, path)
    assert (status, body, headers["Accept-Ranges"]) == (200, ARCHIVE, "bytes")
    for first in (1, 16_384, 99_999, len(ARCHIVE) - 1):
        status, body, headers = get(door, path, Range=f"bytes={first}-")
        assert (status, body) == (206, ARCHIVE[first:])
        assert headers["Content-Range"] == f"bytes {first}-{len(ARCHIVE) - 1}/{len(ARCHIVE)}"
    for odd in ("bytes=0-", "bytes=-5", "bytes=1-2,4-", "lines=1-", f"bytes={len(ARCHIVE)}-"):
        assert get(door, path, Range=odd)[:2] == (200, ARCHIVE), odd
    assert door.answers[206] == 4


def test_while_the_register_is_away_a_gateway_is_put_off(door):
    status, body, headers = get(door, "/api/v1/version", "KPK-0001:one")
    assert (status, headers["Retry-After"]) == (503, "30")
    assert "register of versions" in json.loads(body)["found"]


def test_no_more_than_some_are_under_way_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(versions_http, "DOWNLOADS_OF_ONE", 1)
    large = bytes(30_000_000)  # more than all the buffers between here and there
    versions = VersionsDoor(wanted, lambda *_: large)
    with open_door(tmp_path, versions=versions) as door:
        connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)
        login = base64.b64encode(b"gw-boti:two").decode()
        connection.request(
            "GET", f"/api/v1/versions/{OURS}", headers={"Authorization": f"Basic {login}"}
        )
        first = connection.getresponse()
        assert get(door, f"/api/v1/versions/{OURS}")[0] == 429
        assert len(first.read()) == len(large)
        connection.close()
        done = threading.Event()
        for _ in range(300):
            if get(door, f"/api/v1/versions/{OURS}")[0] == 200:
                break
            done.wait(0.1)
        else:
            pytest.fail("the slot was not given back")
