"""Credentials are kept alike on SQLite and PostgreSQL."""

from dataclasses import replace

import pytest

from collector.publishers.port import Publisher
from collector.publishers.repository import SqlPublishers

ONE = Publisher("gw-boti", "$7$101$c2FsdA==$aGFzaA==", 5.0)
TWO = Publisher("KPK-0001", "$7$101$c2FsdA==$b3RoZXI=", 6.0, 7.0)


@pytest.fixture
def publishers(engine):
    return SqlPublishers(engine)


def test_what_is_put_is_found(publishers):
    assert publishers.all() == []
    publishers.put([ONE, TWO])
    publishers.put([])
    assert publishers.find("gw-boti") == ONE
    assert publishers.all() == [TWO, ONE]
    assert (ONE.active, TWO.active) == (True, False)


def test_the_newer_takes_the_place_of_the_older(publishers):
    publishers.put([ONE])
    publishers.put([replace(ONE, made_s=9.0, revoked_s=10.0)])
    assert publishers.all() == [replace(ONE, made_s=9.0, revoked_s=10.0)]


def test_all_or_none(publishers):
    with pytest.raises(Exception, match="secret_hash"):
        publishers.put([ONE, replace(TWO, secret_hash=None)])  # type: ignore[arg-type]
    assert publishers.all() == []


@pytest.mark.parametrize("name", ["", "GW-BOTI", "gw-boti'; DROP TABLE publishers; --", "a\x00b"])
def test_nobody_else_is_found(publishers, name):
    publishers.put([ONE])
    assert publishers.find(name) is None
