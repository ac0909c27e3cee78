"""Sums over whole days, and shares that neither switching nor tracking chargers can fake."""

from datetime import timedelta

import numpy as np
import pytest

from analytics.detectors.energy_books import books
from analytics.indicators.table import IndicatorTable
from tests.fixtures.village_physics import FIRST_DAY, systems

DAYS = 10


def table(**changes) -> IndicatorTable:
    values = {"panel_wh": 60.0, "panel_ah": 4.0, "load_wh": 45.0, "coverage": 1.0} | changes
    columns = {n: np.broadcast_to(np.float32(v), (2, DAYS)).copy() for n, v in values.items()}
    days = tuple(FIRST_DAY + timedelta(d) for d in range(DAYS))
    code = np.zeros(2, np.int32)
    return IndicatorTable(systems(2), days, columns, code, code - 1)


def test_means_of_the_days_asked_for():
    t = table()
    t["load_wh"][1, 5:] = 15.0
    found = books(t, 5, 10)
    assert found.load_wh == pytest.approx([45.0, 15.0])
    assert found.days.tolist() == [5, 5]
    assert found.enough(5).all()
    assert not found.enough(6).any()


def test_days_with_gaps_do_not_count():
    t = table()
    t["coverage"][0, 3] = 0.5
    t["panel_wh"][0, 4] = np.nan
    t["load_wh"][0, 3] = 999.0
    found = books(t, 0, 10)
    assert found.days.tolist() == [8, 10]
    assert found.load_wh == pytest.approx([45.0, 45.0])


def test_before_the_record_there_is_nothing():
    found = books(table(), -20, -5)
    assert found.days.tolist() == [0, 0]
    assert found.panel_wh.tolist() == [0.0, 0.0]


def test_the_lesser_of_energy_and_charge_is_the_share():
    before = books(table(), 0, 10)
    assert books(table(panel_wh=30.0), 0, 10).panel_share(before) == pytest.approx([0.5, 0.5])
    assert books(table(panel_ah=1.0), 0, 10).panel_share(before) == pytest.approx([0.25, 0.25])
