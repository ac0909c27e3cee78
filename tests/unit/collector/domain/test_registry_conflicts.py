"""Rows that cannot all be true."""

import pytest

from collector.domain.house_code import house_code
from collector.domain.registry import parse_registry
from tests.fixtures.registry_rows import records, row


def _conflicts(*rows):
    return [(e.row, e.column) for e in parse_registry(records(*rows)).errors]


def test_rows_that_agree_have_no_conflict():
    on_bus = {"gateway": "gw-boti", "controller": "epever_tracer"}
    assert not _conflicts(row(1, unit="1", **on_bus), row(2, unit="2", **on_bus), row(3))


def test_one_house_twice():
    assert _conflicts(row(1), row(2, household=house_code("BOT", 1))) == [(3, "household")]


def test_one_device_at_two_houses():
    assert _conflicts(row(1), row(2), row(3, serial="D-1")) == [(4, "serial")]


def test_one_bus_address_twice_but_not_on_another_bus():
    rows = [row(1, gateway="gw-a", unit="1"), row(2, gateway="gw-b", unit="1")]
    assert not _conflicts(*rows)
    assert _conflicts(*rows, row(3, gateway="gw-a", unit="1")) == [(4, "unit")]


def test_gateways_without_addresses_do_not_clash():
    assert not _conflicts(row(1, gateway="gw-a"), row(2, gateway="gw-a"))


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("district", "Kupang"),
        ("province", "NTT"),
        ("timezone", "WIT"),
        ("latitude", "-9.0"),
        ("longitude", "125"),
    ],
)
def test_one_village_in_two_places(column, other):
    assert _conflicts(row(1), row(2, **{column: other})) == [(3, column)]


def test_houses_some_kilometres_apart_are_one_village():
    assert not _conflicts(row(1), row(2, latitude="-10.05", longitude="124.50"))
