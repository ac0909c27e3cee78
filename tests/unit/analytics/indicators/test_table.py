"""Tables cut to a span and joined: the same numbers, made only when asked for."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analytics.indicators.columns import LazyColumns
from analytics.indicators.table import IndicatorTable
from tests.fixtures.village_physics import systems


def table(count=3, days=6, gateways=(0, -1, 0), start=0.0):
    values = start + np.arange(count * days, dtype=np.float32).reshape(count, days)
    return IndicatorTable(
        systems(count),
        tuple(date(2026, 3, 1) + timedelta(i) for i in range(days)),
        {"a": values, "b": -values},
        np.zeros(count, np.int32),
        np.array(gateways[:count], np.int32),
    )


def test_a_column_is_made_once_and_only_when_asked_for():
    made = []

    def make(name):
        made.append(name)
        return np.zeros(1, np.float32)

    columns = LazyColumns(["a", "b"], make)
    assert list(columns) == ["a", "b"]
    assert len(columns) == 2
    assert made == []
    assert columns["b"] is columns["b"]
    assert made == ["b"]
    with pytest.raises(KeyError):
        columns["c"]
    assert {**columns}.keys() == {"a", "b"}


def test_until_shows_nothing_later():
    cut = table().until(3, 2)
    assert cut.days == table().days[2:4]
    np.testing.assert_array_equal(cut["b"], table()["b"][:, 2:4])
    np.testing.assert_array_equal(cut.window("a", 1, 5), table()["a"][:, 2:4])
    np.testing.assert_array_equal(cut.until(0, 9)["a"], table()["a"][:, 2:3])


def test_the_whole_is_not_copied():
    whole = table()
    assert whole.until(5, 6) is whole
    assert whole.until(5, 400) is whole


def test_joined_tables_keep_their_villages_and_gateways_apart():
    both = IndicatorTable.joined([table(), table(2, gateways=(-1, 0), start=100.0)])
    assert len(both.systems) == 5
    np.testing.assert_array_equal(both["a"][3], 100.0 + np.arange(6))
    assert both.village_code.tolist() == [0, 0, 0, 1, 1]
    assert both.gateway_code.tolist() == [0, -1, 0, -1, 1]
    assert both.gateway_code.dtype == both.village_code.dtype == np.int32


def test_one_table_alone_is_itself():
    alone = table()
    assert IndicatorTable.joined([alone]) is alone


def test_tables_of_other_days_are_not_joined():
    later = replace(table(), days=tuple(d + timedelta(1) for d in table().days))
    with pytest.raises(ValueError, match="different days"):
        IndicatorTable.joined([table(), later])


def test_among_are_some_systems_alone():
    whole = table()
    rows = np.array([2, 0])
    some = whole.among(rows)
    assert some.systems == (whole.systems[2], whole.systems[0])
    assert some.days == whole.days
    assert some.gateway_code.tolist() == whole.gateway_code[rows].tolist()
    for name in whole.values:
        np.testing.assert_array_equal(some[name], whole[name][rows])
