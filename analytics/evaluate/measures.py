"""How well scores rank and how true probabilities are; weighted, with ties, as pure functions.

Ranking figures take the share of positives in the field (``prevalence``) rather than the sample's,
so that a rare failure is judged as the rare thing it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
TOP_SHARE = 0.01
RELIABILITY_BINS = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
"""Narrow where a fleet's probabilities are, wide where few cases fall."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Shares of positives and negatives at or above each distinct score, highest first."""

    true_rate: Numbers
    false_rate: Numbers


@dataclass(frozen=True, slots=True)
class Ranking:
    """Cases grouped by equal score, highest first: ``group`` of each case, ``scores`` of each."""

    group: NDArray[np.int64]
    scores: Numbers

    @classmethod
    def of(cls, score: Numbers) -> "Ranking":
        """Group cases (n,) by score; a missing score ranks last."""
        known = np.where(np.isnan(score), -np.inf, score)
        distinct, group = np.unique(-known, return_inverse=True)
        return cls(group, -distinct)

    def curve(self, positive: Numbers, negative: Numbers) -> Curve:
        """From the weight of each case as positive and as negative, both (n,)."""
        size = self.scores.size
        true = np.cumsum(np.bincount(self.group, positive, size))
        false = np.cumsum(np.bincount(self.group, negative, size))
        with np.errstate(invalid="ignore", divide="ignore"):
            return Curve(true / true[-1:], false / false[-1:])


def auroc(curve: Curve) -> float:
    """Area under the receiver's curve: a positive outranks a negative, ties count half."""
    return float(np.trapezoid(np.r_[0.0, curve.true_rate], np.r_[0.0, curve.false_rate]))


def auprc(curve: Curve, prevalence: float) -> float:
    """Average precision at this share of positives."""
    gained = np.diff(curve.true_rate, prepend=0.0)
    return float((gained * _precision(curve, prevalence)).sum())


def top_precision(curve: Curve, prevalence: float, share: float = TOP_SHARE) -> float:
    """Share of positives among the highest ``share`` of all; ties are cut in proportion."""
    picked = prevalence * curve.true_rate + (1.0 - prevalence) * curve.false_rate
    right = prevalence * curve.true_rate
    return float(np.interp(share, np.r_[0.0, picked], np.r_[0.0, right]) / share)


def balanced_accuracy(decided: NDArray[np.bool_], positive: Numbers, negative: Numbers) -> float:
    """Mean of the shares decided rightly among positives and among negatives, by weight."""
    hits, rests = positive[decided].sum(), negative[~decided].sum()
    total = positive.sum(), negative.sum()
    return float((hits / total[0] + rests / total[1]) / 2.0) if min(total) > 0 else np.nan


def brier_skill(p: Numbers, label: NDArray[np.bool_], weight: Numbers) -> float:
    """1 - mean squared error / that of always saying the mean rate."""
    if not weight.sum():
        return np.nan
    rate = np.average(label, weights=weight)
    worst = np.average((rate - label) ** 2, weights=weight)
    return float(1.0 - np.average((p - label) ** 2, weights=weight) / worst) if worst else np.nan


def reliability(p: Numbers, label: NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    """(mean probability, share that came true, cases) of each bin that has any."""
    place = np.clip(np.digitize(p, RELIABILITY_BINS) - 1, 0, len(RELIABILITY_BINS) - 2)
    found = []
    for bin_ in range(len(RELIABILITY_BINS) - 1):
        mine = place == bin_
        if mine.any():
            found.append((float(p[mine].mean()), float(label[mine].mean()), int(mine.sum())))
    return found


def _precision(curve: Curve, prevalence: float) -> Numbers:
    right = prevalence * curve.true_rate
    picked = right + (1.0 - prevalence) * curve.false_rate
    return np.divide(right, picked, out=np.zeros_like(right), where=picked > 0)
