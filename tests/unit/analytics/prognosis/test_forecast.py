"""Forecasts on a village of other physics: weak batteries stand out, with reasons in words."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics.indicators.coverage import UNHEARD_DAYS
from analytics.indicators.daily import INDICATORS
from analytics.indicators.table import IndicatorTable
from analytics.prognosis.forecast import forecast
from analytics.prognosis.model import shipped_model
from tests.fixtures.village_physics import FIRST_DAY, systems, table_of
from tests.fixtures.village_runs import DAYS, LITHIUM, healthy_village, mixed_fleet, with_silence

WEAK = (1, 2, 3)


@pytest.fixture(scope="module")
def weak_village():
    """Rows 1-3 fade from 0.9 to 0.3 and resist more and more."""
    fleet = mixed_fleet()
    fleet.health[1:4] = np.linspace(0.9, 0.3, DAYS)
    fleet.resistance[1:4] *= 1 + 1.5 * (1 - fleet.health[1:4] / 0.9)
    return with_silence(table_of(fleet))


def nothing_known(count, days):
    names = [i.name for i in (*INDICATORS, UNHEARD_DAYS)]
    return IndicatorTable(
        systems(count),
        tuple(FIRST_DAY + timedelta(d) for d in range(days)),
        {name: np.full((count, days), np.nan, np.float32) for name in names},
        np.zeros(count, np.int32),
        np.full(count, -1, np.int32),
    )


def test_fading_batteries_are_the_likeliest_to_leave_a_home_dark(weak_village):
    foreseen = forecast(weak_village, DAYS - 1)
    others = np.delete(foreseen.p_dark_8w, WEAK)
    assert foreseen.p_dark_8w[list(WEAK)].min() > 3 * np.median(others)
    assert set(np.argsort(-foreseen.p_dark_8w)[:5]) >= set(WEAK)


def test_they_were_not_while_they_were_sound(weak_village):
    early = forecast(weak_village, 20).p_dark_8w[list(WEAK)]
    late = forecast(weak_village, DAYS - 1).p_dark_8w[list(WEAK)]
    assert (late > 3 * early).all()


def test_a_healthy_village_is_foreseen_to_stay_lit():
    foreseen = forecast(healthy_village(), DAYS - 1)
    assert np.median(foreseen.p_dark_8w) < 0.03
    assert foreseen.p_dark_8w.mean() < 0.08


def test_eight_weeks_are_never_less_likely_than_four(weak_village):
    foreseen = forecast(weak_village, DAYS - 1)
    assert (foreseen.p_dark_8w >= foreseen.p_dark_4w).all()
    assert (foreseen.p_dark_4w > 0).all()
    assert (foreseen.p_dark_8w < 1).all()


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_three_strongest_reasons_are_said_in_words(weak_village, language):
    foreseen = forecast(weak_village, DAYS - 1)
    reasons = foreseen.reasons(1)
    assert len(reasons) == 3
    assert [r.adds for r in reasons] == sorted((r.adds for r in reasons), reverse=True)
    said = [r.said(language) for r in reasons]
    assert len(set(said)) == 3
    assert not any("nan" in s or "{" in s for s in said)


def test_what_the_facts_add_sums_up_to_the_probability(weak_village):
    foreseen = forecast(weak_village, DAYS - 1)
    outlook = shipped_model().outlooks[56]
    lead = next(iter(outlook.additive.values()))
    log_odds = np.array([lead.constant + foreseen.parts[1].sum(dtype=float)])
    assert outlook.calibrated(log_odds)[0] == pytest.approx(foreseen.p_dark_8w[1], abs=1e-4)
    assert foreseen.reasons(1)[0].adds > 0.05


def test_later_days_change_nothing(weak_village):
    """No leak: the forecast of a day is the same when the days after it are unknown."""
    whole = forecast(weak_village, 40)
    values = {n: weak_village.values[n][:, :41] for n in weak_village.values}
    cut = replace(weak_village, days=weak_village.days[:41], values=values)
    np.testing.assert_array_equal(whole.p_dark_8w, forecast(cut, 40).p_dark_8w)


@pytest.mark.parametrize(("count", "days"), [(1, 1), (1, 2), (3, 5), (7, 40)])
def test_with_nothing_heard_the_age_alone_speaks_and_is_marked(count, days):
    foreseen = forecast(nothing_known(count, days), days - 1)
    assert foreseen.few_data.all()
    assert np.isfinite(foreseen.p_dark_8w).all()
    rates = shipped_model().outlooks[56].base_rate.shares
    assert min(rates) * 0.99 <= foreseen.p_dark_8w[0] <= max(rates) * 1.01
    assert foreseen.reasons(0) == ()


def test_two_days_of_one_system_are_too_few():
    table = healthy_village().until(1, 400)
    assert forecast(table, 1).few_data.all()


@pytest.mark.parametrize(
    "missing", ["battery_c", "battery_v_min", "step_va", "in_ah", "sun_net_ah", "refused"]
)
def test_a_missing_indicator_neither_fails_nor_alarms(missing):
    table = healthy_village()
    values = dict(table.values)
    values[missing] = np.full_like(values[missing], np.nan)
    foreseen = forecast(replace(table, values=values), DAYS - 1)
    assert np.isfinite(foreseen.p_dark_8w).all()
    assert np.median(foreseen.p_dark_8w) < 0.03


def test_how_much_was_heard_is_no_fact():
    """Silence is a proxy for failure that no list of repairs should rest on."""
    table = healthy_village()
    values = dict(table.values)
    for name in ("rows", "coverage"):
        values[name] = values[name] / np.float32(3)
    some = forecast(replace(table, values=values), DAYS - 1)
    np.testing.assert_array_equal(some.p_dark_8w, forecast(table, DAYS - 1).p_dark_8w)


def test_lithium_has_curves_of_its_own():
    foreseen = forecast(healthy_village(), DAYS - 1)
    assert np.isfinite(foreseen.p_dark_8w[LITHIUM]).all()
    assert len(shipped_model().outlooks[56].additive) == 2
