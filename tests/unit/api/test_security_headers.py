"""Every answer carries them, also errors and files."""

import pytest

from api.security_headers import SECURITY_HEADERS


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/api/v1/fields", "/api/v1/nothing", "/healthz", "/static/suluh.css"]
)
def test_present(client, path):
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS)


def test_nothing_inline_or_foreign_is_allowed():
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
