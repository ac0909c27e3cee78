"""The lean of a panel is told from its days, whatever dirt does meanwhile."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics.detectors.panel_days import panel_days
from analytics.indicators.table import IndicatorTable
from tests.fixtures.village_physics import FIRST_DAY, systems

DAYS = 120


def table(tilt=(0.0, 0.0), level=1.0, seed=1):
    """Days of two homes, clear and cloudy; the first leans by these sines to east and north."""
    rng = np.random.default_rng(seed)
    due = rng.uniform(0.2, 1.5, (2, DAYS))
    beam = rng.choice([0.0, 0.5, 1.0], (2, DAYS))
    east = due * beam * rng.uniform(0.2, 1.5, (2, DAYS))
    north = due * beam * np.linspace(-0.5, 1.0, DAYS)
    given = level * due * (1 + rng.normal(0, 0.02, (2, DAYS)))
    given[0] += (level * (tilt[0] * east + tilt[1] * north))[0]
    columns = {"given": given, "due": due, "east": east, "north": north}
    return IndicatorTable(
        systems(2),
        tuple(FIRST_DAY + timedelta(d) for d in range(DAYS)),
        {f"panel_{name}": values.astype(np.float32) for name, values in columns.items()},
        np.zeros(2, np.int32),
        np.full(2, -1, np.int32),
    )


def test_a_tilt_to_the_east_and_to_the_north_is_told():
    days = panel_days(table((0.2, -0.15)), DAYS - 1)
    assert days.tilt[0][0, 0] == pytest.approx(0.2, abs=0.04)
    assert days.tilt[1][0, 0] == pytest.approx(-0.15, abs=0.05)
    assert abs(days.tilt[0][1, 0]) < 0.03


def test_dirt_that_grows_with_the_season_is_not_taken_for_a_tilt():
    dirty = np.vstack([np.linspace(1.0, 0.7, DAYS), np.ones(DAYS)])
    days = panel_days(table((0.0, 0.0), dirty), DAYS - 1)
    assert abs(days.tilt[1][0, 0]) < 0.06


def test_undoing_the_lean_leaves_the_level():
    days = panel_days(table((0.25, 0.1), 0.9), DAYS - 1).pooled(10)
    np.testing.assert_allclose(days.given[0] / days.straight()[0], 0.9, atol=0.03)


def test_few_days_leave_the_tilt_in_doubt():
    short, long = (panel_days(table((0.2, 0.0)), day) for day in (5, DAYS - 1))
    assert short.in_doubt[0][0, 0] > 2 * long.in_doubt[0][0, 0]


def test_days_on_which_the_panel_was_away_or_another_count_nothing():
    given = table()
    given.values["panel_given"][0, 50:60] = 0.0  # type: ignore[index]
    replaced = np.zeros((2, DAYS), np.float32)
    replaced[1, 80] = 1.0
    both = replace(given, values={**given.values, "event_panel_replaced": replaced})
    days = panel_days(both, DAYS - 1)
    assert not days.due[0, 50:60].any()
    assert not days.due[1, :80].any()
    assert days.due[1, 80:].all()


def test_missing_days_are_zero():
    empty = table()
    for values in empty.values.values():
        values[:, 10:20] = np.nan
    days = panel_days(empty, DAYS - 1)
    assert np.isfinite(days.straight()).all()
    assert not days.given[:, 10:20].any()


def test_pools_are_counted_back_from_the_last_day():
    days = panel_days(table(), DAYS - 1)
    pools = days.pooled(7)
    assert pools.due.shape[1] == DAYS // 7
    assert pools.due[0, -1] == pytest.approx(days.due[0, -7:].sum(), rel=1e-5)
    assert days.last(7, before=1).due[0, -1] == days.due[0, -2]
