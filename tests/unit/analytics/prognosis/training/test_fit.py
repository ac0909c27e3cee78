"""Fitting: a rule that was laid into the cases is found, and kept within what physics knows."""

import numpy as np
import pytest

from analytics.detectors.detector import Text
from analytics.prognosis.curves import chance
from analytics.prognosis.fact import Fact
from analytics.prognosis.training.fit import Cases, fitted

NOTHING = Text("", "")
WORSE = Fact("wear", "", 1, NOTHING)
BETTER = Fact("rest", "", -1, NOTHING)
MANY = 6000


def cases_of(log_odds, rng, **values):
    dark = rng.random(MANY) < chance(log_odds)
    return Cases({n: v.astype(np.float32) for n, v in values.items()}, dark, np.ones(MANY))


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_a_rule_in_the_cases_is_found(rng):
    wear = rng.normal(size=MANY)
    found = fitted(cases_of(-3 + 1.5 * wear, rng, wear=wear), [WORSE], ridge=1.0)
    told = found.curves["wear"].moved(np.array([-1.0, 1.0]))
    assert told[1] - told[0] == pytest.approx(3.0, abs=0.6)
    assert found.constant == pytest.approx(-3.0, abs=0.3)


def test_what_contradicts_physics_is_not_learnt(rng):
    wear = rng.normal(size=MANY)
    found = fitted(cases_of(-2 - 1.5 * wear, rng, wear=wear), [WORSE], ridge=1.0)
    assert max(found.curves["wear"].rises) == 0.0
    found = fitted(cases_of(-2 + 1.5 * wear, rng, rest=wear), [BETTER], ridge=1.0)
    assert min(found.curves["rest"].rises) == 0.0


def test_a_stronger_pull_makes_flatter_curves(rng):
    wear = rng.normal(size=MANY)
    cases = cases_of(-3 + 1.5 * wear, rng, wear=wear)
    loose, tight = (fitted(cases, [WORSE], ridge=r).curves["wear"] for r in (1.0, 500.0))
    assert 0 < sum(tight.rises) < 0.7 * sum(loose.rises)


def test_a_weighted_case_counts_as_so_many(rng):
    wear = rng.normal(size=MANY)
    cases = cases_of(-3 + wear, rng, wear=wear)
    twice = Cases(cases.values, cases.dark, 2 * cases.weight)
    every = np.concatenate([np.arange(MANY)] * 2)
    doubled = Cases({"wear": cases.values["wear"][every]}, cases.dark[every], np.ones(2 * MANY))
    a, b = (fitted(c, [WORSE]).curves["wear"].rises for c in (twice, doubled))
    np.testing.assert_allclose(a, b, atol=0.05)


def test_a_fact_never_known_of_dark_homes_has_no_curve(rng):
    wear = rng.normal(size=MANY)
    cases = cases_of(-2 + wear, rng, wear=wear)
    rest = np.where(cases.dark, np.nan, 1.0).astype(np.float32)
    cases = Cases({**cases.values, "rest": rest}, cases.dark, cases.weight)
    assert set(fitted(cases, [WORSE, BETTER]).curves) == {"wear"}


@pytest.mark.parametrize("dark", [True, False])
def test_one_outcome_alone_teaches_nothing(dark):
    alike = Cases({"wear": np.zeros(9, np.float32)}, np.full(9, dark), np.ones(9))
    with pytest.raises(ValueError, match="both outcomes"):
        fitted(alike, [WORSE])
