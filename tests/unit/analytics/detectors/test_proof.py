"""Two nights lit through and a full charge prove a system; anything less does not."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analytics.detectors.proof import proved
from analytics.indicators.table import IndicatorTable
from collector.domain.device import Chemistry
from tests.fixtures.village_physics import systems


def table(low=(12.0, 12.1), high=(13.9, 13.5), seen=(1.0, 1.0), lithium=False):
    (system,) = systems(1)
    if lithium:
        system = replace(system, battery_chemistry=Chemistry.LFP)
    values = {"battery_v_min": low, "battery_v_max": high, "coverage": seen}
    return IndicatorTable(
        (system,),
        tuple(date(2026, 3, 1) + timedelta(i) for i in range(len(low))),
        {name: np.array([column], np.float32) for name, column in values.items()},
        np.zeros(1, np.int32),
        np.full(1, -1, np.int32),
    )


def test_two_nights_and_a_full_charge():
    assert proved(table(), 1).tolist() == [True]
    assert proved(table(lithium=True, low=(12.9, 12.8)), 1).tolist() == [True]


@pytest.mark.parametrize(
    "missing",
    [
        {"low": (12.0, 11.2)},
        {"low": (11.2, 12.0)},
        {"low": (12.1, 12.1), "lithium": True},
        {"high": (13.5, 13.6)},
        {"seen": (1.0, 0.5)},
        {"low": (12.0, np.nan)},
        {"low": (12.0,), "high": (13.9,), "seen": (1.0,)},
    ],
)
def test_anything_less_proves_nothing(missing):
    facts = table(**missing)
    assert proved(facts, len(facts.days) - 1).tolist() == [False]


def test_a_table_without_battery_columns_proves_nothing():
    bare = replace(table(), values={"coverage": np.ones((1, 2), np.float32)})
    assert proved(bare, 1).tolist() == [False]
