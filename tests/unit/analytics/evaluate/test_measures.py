"""The measures against numbers that can be counted by hand."""

import numpy as np
import pytest

from analytics.evaluate.decide import decided_elsewhere
from analytics.evaluate.measures import (
    Ranking,
    auprc,
    auroc,
    balanced_accuracy,
    brier_skill,
    reliability,
    top_precision,
)


def curve(score, label):
    label = np.array(label, bool)
    ranking = Ranking.of(np.array(score, float))
    return ranking.curve(label.astype(float), (~label).astype(float))


def test_a_perfect_a_blind_and_a_contrary_ranking():
    label = [1, 1, 0, 0]
    assert auroc(curve([4, 3, 2, 1], label)) == 1.0
    assert auroc(curve([5, 5, 5, 5], label)) == 0.5
    assert auroc(curve([1, 2, 3, 4], label)) == 0.0


def test_ties_count_half():
    assert auroc(curve([2, 1, 1, 0], [1, 1, 0, 0])) == pytest.approx((2 + 1.5) / 4)


def test_a_missing_score_ranks_last():
    assert auroc(curve([np.nan, 2, 1, 0], [1, 0, 0, 0])) == 0.0


def test_average_precision_follows_the_share_of_positives():
    perfect, blind = curve([4, 3, 2, 1], [1, 1, 0, 0]), curve([5, 5, 5, 5], [1, 1, 0, 0])
    for prevalence in (0.5, 0.01):
        assert auprc(perfect, prevalence) == pytest.approx(1.0)
        assert auprc(blind, prevalence) == pytest.approx(prevalence)


def test_three_of_four_in_the_top():
    # A hundred cases: the top 4 hold 3 of 10 positives.
    score = np.arange(100.0)[::-1]
    label = np.zeros(100, bool)
    label[[0, 1, 3, *range(20, 27)]] = True
    assert top_precision(curve(score, label), 0.1, 0.04) == pytest.approx(0.75)


def test_a_top_of_equal_scores_is_cut_in_proportion():
    assert top_precision(curve(np.ones(100), np.arange(100) < 10), 0.1) == pytest.approx(0.1)


def test_balanced_accuracy_weighs_the_rare_and_the_common_alike():
    positive = np.array([1.0, 1.0, 0, 0, 0, 0])
    decided = np.array([True, False, True, False, False, False])
    assert balanced_accuracy(decided, positive, 1.0 - positive) == pytest.approx((0.5 + 0.75) / 2)
    assert np.isnan(balanced_accuracy(decided, 0.0 * positive, 1.0 - positive))


def test_brier_skill_of_truth_of_the_mean_and_of_worse():
    label = np.array([True, False, False, False])
    weight = np.ones(4)
    assert brier_skill(label.astype(float), label, weight) == 1.0
    assert brier_skill(np.full(4, 0.25), label, weight) == pytest.approx(0.0)
    assert brier_skill(np.full(4, 0.9), label, weight) < 0


def test_reliability_tells_what_was_said_and_what_came():
    p = np.array([0.003, 0.003, 0.3, 0.3, 0.3, 0.3])
    told = reliability(p, np.array([False, False, True, False, False, False]))
    assert [(pytest.approx(a), pytest.approx(b), n) for a, b, n in told] == [
        (0.003, 0.0, 2),
        (0.3, 0.25, 4),
    ]


def test_a_village_is_judged_at_the_threshold_of_the_others():
    # Others go dark above 0.5; here everything scores above, so its own best would be 0.8.
    score = np.array([0.9, 0.1, 0.9, 0.1, 0.9, 0.7])
    label = np.array([True, False, True, False, True, False])
    village = np.array([0, 0, 1, 1, 2, 2])
    assert decided_elsewhere(score, label, village).tolist() == [True, False] * 3
    lifted = np.array([0.6, 0.1, 0.6, 0.1, 0.9, 0.7])
    assert decided_elsewhere(lifted, label, village).tolist()[4:] == [True, True]


def test_the_only_village_with_failures_cannot_learn_from_others():
    label = np.array([True, False, False, False])
    assert not decided_elsewhere(np.array([9.0, 1, 1, 1]), label, np.array([0, 0, 1, 1])).any()
