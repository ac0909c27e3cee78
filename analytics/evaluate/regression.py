"""A logistic regression small enough to read: the learner behind baselines and ceiling.

Always trained on other villages than those it judges.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.evaluate.measures import Numbers
from analytics.prognosis.curves import chance

FOLDS = 10
_RIDGE = 3.0
"""Pull towards no effect, in cases; features are standardised."""
_ROUNDS = 50
_SMALLEST = 1e-6


def foreseen_elsewhere(
    features: Numbers,
    label: NDArray[np.bool_],
    usable: NDArray[np.bool_],
    village: NDArray[np.int64],
) -> Numbers:
    """Probability of each case (n,), by models trained on the ``usable`` cases of other villages.

    ``features`` is (n, k); missing ones count as usual. Villages are dealt into ``FOLDS`` parts.
    """
    found = np.full(label.size, np.nan)
    part = village % FOLDS
    for fold in np.unique(part).tolist():
        train, judge = usable & (part != fold), part == fold
        if not (label[train].any() and (~label[train]).any()):
            continue
        middle = np.nanmean(features[train], axis=0)
        spread = np.nanstd(features[train], axis=0)
        scaled = np.nan_to_num((features - middle) / np.where(spread > 0, spread, 1.0))
        weights = _fit(scaled[train], label[train].astype(np.float64))
        found[judge] = chance(weights[0] + scaled[judge] @ weights[1:])
    return found


def _fit(x: Numbers, y: Numbers) -> Numbers:
    """Newton's method on the penalised likelihood; the first weight is the constant."""
    x = np.column_stack([np.ones(len(x)), x])
    weights = np.zeros(x.shape[1])
    weights[0] = np.log(y.mean() / (1.0 - y.mean()))
    penalty = np.full(x.shape[1], _RIDGE)
    penalty[0] = 0.0
    loss = _loss(x, y, weights, penalty)
    for _ in range(_ROUNDS):
        p = chance(x @ weights)
        slope = x.T @ (y - p) - penalty * weights
        bend = (x * (p * (1.0 - p))[:, None]).T @ x + np.diag(penalty + 1e-9)
        step = np.linalg.solve(bend, slope)
        reach = 1.0
        while reach > _SMALLEST and _loss(x, y, weights + reach * step, penalty) > loss:
            reach /= 2.0
        weights = weights + reach * step
        before, loss = loss, _loss(x, y, weights, penalty)
        if before - loss < _SMALLEST:
            break
    return weights


def _loss(x: Numbers, y: Numbers, weights: Numbers, penalty: Numbers) -> float:
    z = x @ weights
    return float((np.logaddexp(0.0, z) - y * z).sum() + 0.5 * (penalty * weights**2).sum())
