"""The learner of baselines and ceiling: it learns what is there, from other villages."""

import numpy as np

from analytics.evaluate.measures import Ranking, auroc
from analytics.evaluate.regression import foreseen_elsewhere

RNG = np.random.default_rng(4)
N = 4000
VILLAGE = np.repeat(np.arange(40), N // 40)
EVERY = np.ones(N, bool)


def world(strength):
    x = RNG.normal(size=(N, 2))
    chance = 1 / (1 + np.exp(-(-3.0 + strength * x[:, 0])))
    return x, RNG.random(N) < chance, chance


def area(score, label):
    return auroc(Ranking.of(score).curve(label.astype(float), (~label).astype(float)))


def test_it_finds_the_feature_that_matters_and_its_probabilities_are_true():
    x, label, chance = world(1.5)
    foreseen = foreseen_elsewhere(x, label, EVERY, VILLAGE)
    assert np.corrcoef(foreseen, chance)[0, 1] > 0.99
    assert abs(foreseen.mean() - label.mean()) < 0.01


def test_nothing_is_learnt_from_noise():
    x, label, _ = world(0.0)
    assert abs(area(foreseen_elsewhere(x, label, EVERY, VILLAGE), label) - 0.5) < 0.1


def test_a_village_never_teaches_its_own_judge():
    # The feature is the label, but only in village 3: nobody else can know.
    x, label, _ = world(0.0)
    mine = VILLAGE == 3
    label = label.copy()
    label[mine] = np.arange(mine.sum()) % 2 == 0
    x[mine, 1] = 10.0 * label[mine]
    foreseen = foreseen_elsewhere(x, label, EVERY, VILLAGE)
    assert foreseen[mine].max() < 0.3


def test_missing_features_count_as_usual_and_wild_ones_do_no_harm():
    x, label, _ = world(1.5)
    x[::7, 0] = np.nan
    x[0, 1] = 1e6
    foreseen = foreseen_elsewhere(x, label, EVERY, VILLAGE)
    assert np.isfinite(foreseen).all()
    assert area(foreseen, label) > 0.75


def test_cases_that_are_not_usable_teach_nothing_but_are_judged():
    x, label, _ = world(1.5)
    usable = np.arange(N) % 2 == 0
    spoilt = np.where(usable, label, ~label)
    foreseen = foreseen_elsewhere(x, spoilt, usable, VILLAGE)
    assert np.isfinite(foreseen).all()
    assert area(foreseen, label) > 0.8


def test_without_any_failure_elsewhere_nothing_is_foreseen():
    x, label, _ = world(1.5)
    assert np.isnan(foreseen_elsewhere(x, label & False, EVERY, VILLAGE)).all()
