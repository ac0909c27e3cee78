"""Every system is foreseen once a week, beside the same neighbours as ever."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.indicators.table import IndicatorTable
from analytics.prognosis import turns
from analytics.prognosis.forecast import forecast
from analytics.prognosis.turns import EVERYBODY, WEEK, due, looked_ahead, turn_of
from tests.fixtures.village_runs import DAYS, healthy_village

LAST = DAYS - 1
VILLAGES = ("Boti", "Kusi Utara", "Naileu", "Oemaman")


@pytest.fixture(scope="module")
def district() -> IndicatorTable:
    """Four villages of 13 or 14 systems."""
    table = healthy_village()
    code = np.arange(len(table.systems), dtype=np.int32) % len(VILLAGES)
    systems = tuple(
        replace(s, village=VILLAGES[i]) for s, i in zip(table.systems, code.tolist(), strict=True)
    )
    return replace(table, systems=systems, village_code=code)


def quiet(monkeypatch):
    """Nothing happens to any battery."""
    monkeypatch.setattr(turns, "_changed", lambda table, _: np.zeros(len(table.systems), bool))


def test_in_seven_nights_everybody_is_foreseen_once(district, monkeypatch):
    quiet(monkeypatch)
    rows = np.concatenate([due(district, LAST, frozenset({night})) for night in range(WEEK)])
    assert sorted(rows.tolist()) == list(range(len(district.systems)))
    assert due(district, LAST, EVERYBODY).size == len(district.systems)


def test_turns_are_spread_over_the_week():
    many = np.bincount([turn_of(f"Desa {i}") for i in range(700)], minlength=WEEK)
    assert many.min() > 60


def test_a_forecast_in_turn_is_the_one_that_all_together_would_have_given(district, monkeypatch):
    quiet(monkeypatch)
    night = frozenset({turn_of("Boti")})
    rows = due(district, LAST, night)
    assert 0 < rows.size < len(district.systems)
    whole = forecast(district, LAST)
    told = looked_ahead(district, LAST, 0.0, night)
    assert [f.system for f in told] == [district.systems[row].code for row in rows.tolist()]
    np.testing.assert_allclose([f.p_dark_8w for f in told], whole.p_dark_8w[rows], rtol=1e-4)


def test_a_battery_that_was_replaced_wakes_its_village(district):
    noted = np.zeros((len(district.systems), DAYS), np.float32)
    noted[5, LAST] = 1.0
    table = replace(district, values={**district.values, "event_battery_replaced": noted})
    nobody = frozenset[int]()
    woken = set(due(table, LAST, nobody)) - set(due(district, LAST, nobody))
    assert woken == set(np.flatnonzero(district.village_code == district.village_code[5]))


def test_a_first_empty_night_wakes_and_the_next_one_does_not(district):
    values = {name: held.copy() for name, held in district.values.items()}
    for name, value in (("last_load_v", 10.9), ("last_load_a", 0.0), ("dark_h", 5.0)):
        values[name][2, LAST - 1 :] = value
    table = replace(district, values=values)
    assert turns._changed(table, LAST - 1)[2]
    assert not turns._changed(table, LAST)[2]
