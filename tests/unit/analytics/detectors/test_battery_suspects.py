"""Who passes the first look is looked at closely; nobody else could have been found."""

from dataclasses import fields

import numpy as np
import pytest

import analytics.detectors.battery_break as closely
from analytics.indicators.table import IndicatorTable
from tests.fixtures.village_runs import DAYS, healthy_village

HOME = 11


def broken(table, day):
    """Without what is kept for the night."""
    return closely.broken.__wrapped__(table, day)


def spoilt(seed: int) -> IndicatorTable:
    """A village in which voltages, charges and nights go wrong in spells, a third of them a lot."""
    rng = np.random.default_rng(seed)
    table = healthy_village()
    values = {name: held.copy() for name, held in table.values.items()}
    changes = {
        "battery_v_max": (-3.0, 0.4),
        "battery_v_min": (-3.0, 0.0),
        "dawn_v": (-3.0, 0.1),
        "in_ah": (-2.0, 4.0),
        "used_ah": (-2.0, 1.0),
        "fine_va": (0.0, 2.0),
        "last_load_v": (-2.0, 0.0),
        "dark_h": (0.0, 6.0),
    }
    for row in rng.permutation(len(table.systems))[:36].tolist():
        span = slice(DAYS - int(rng.integers(3, 14)), DAYS)
        for name in rng.permutation(list(changes))[:4].tolist():
            values[name][row, span] += np.float32(rng.uniform(*changes[name]))
        if row % 5 == 0:
            for name in ("dawn_v", "dusk_v"):
                values[name][row, span] = np.nan
            values["night_seen"][row, span] = 0.1
            values["in_ah"][row, span] = 0.02
            values["battery_v_max"][row, span] = 14.4
    return IndicatorTable(table.systems, table.days, values, table.village_code, table.gateway_code)


@pytest.mark.parametrize("seed", range(6))
def test_looking_closely_at_everybody_finds_nobody_more(seed, monkeypatch):
    table = spoilt(seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        few = broken(table, DAYS - 1)
        everybody = np.ones(len(table.systems), bool)
        monkeypatch.setattr(closely, "suspects", lambda *_: everybody)
        all_ = broken(table, DAYS - 1)
    assert all_.any.any()
    for field in fields(few):
        if field.name != "usual_top_v":
            np.testing.assert_array_equal(
                getattr(few, field.name), getattr(all_, field.name), err_msg=field.name
            )


def test_a_sound_village_is_hardly_looked_at():
    with np.errstate(invalid="ignore", divide="ignore"):
        found = broken(healthy_village(), DAYS - 1)
    assert np.isfinite(found.usual_top_v).mean() < 0.2
    assert not found.any.any()
