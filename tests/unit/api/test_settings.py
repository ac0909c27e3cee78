"""Where the pages are served."""

import pydantic
import pytest

from api.settings import ApiSettings


def test_by_default_this_machine_alone(monkeypatch):
    monkeypatch.delenv("SULUH_API_HOST", raising=False)
    monkeypatch.delenv("SULUH_API_PORT", raising=False)
    assert (ApiSettings().host, ApiSettings().port) == ("127.0.0.1", 8000)


def test_the_environment_decides(monkeypatch):
    monkeypatch.setenv("SULUH_API_HOST", "0.0.0.0")
    monkeypatch.setenv("SULUH_API_PORT", "8080")
    assert (ApiSettings().host, ApiSettings().port) == ("0.0.0.0", 8080)


def test_a_port_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("SULUH_API_PORT", "99999")
    with pytest.raises(pydantic.ValidationError, match="port"):
        ApiSettings()


def test_settings_do_not_change():
    with pytest.raises(pydantic.ValidationError):
        ApiSettings().port = 1
