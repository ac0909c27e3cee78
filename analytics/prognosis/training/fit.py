"""Fitting an additive model: penalised likelihood, each curve bound to the way physics knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from analytics.prognosis.curves import Additive, Curve, chance, ramps
from analytics.prognosis.fact import Fact

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

QUANTILES = (0.01, 0.05, 0.15, 0.35, 0.65, 0.85, 0.95, 0.99)
"""Knots, of a sample in which homes that go dark and those that stay lit weigh alike."""
RIDGE = 80.0
"""Pull of every rise to none, in cases; weeks of one home are alike, so it is strong."""
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Cases:
    """System-weeks with their outcome; arrays of shape (cases,).

    ``values[name]`` are facts, NaN = not known; ``weight`` how many weeks a case stands for.
    """

    values: Mapping[str, NDArray[np.float32]]
    dark: Flags
    weight: Numbers

    def part(self, chosen: Flags) -> "Cases":
        """Some of them."""
        values = {name: v[chosen] for name, v in self.values.items()}
        return Cases(values, self.dark[chosen], self.weight[chosen])


def fitted(cases: Cases, facts: Sequence[Fact], ridge: float = RIDGE) -> Additive:
    """The most likely curves. Raises ValueError where only one outcome is there."""
    if cases.dark.all() or not cases.dark.any():
        raise ValueError("both outcomes are needed: homes that went dark and homes that stayed lit")
    places = {f.name: _places(cases, f.name) for f in facts}
    facts = [f for f in facts if len(places[f.name][0]) > 1]
    columns = [ramps(cases.values[f.name], *places[f.name]) for f in facts]
    bounds: list[tuple[float | None, float | None]] = [(None, None)]
    for fact, part in zip(facts, columns, strict=True):
        bound = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}[fact.worse]
        bounds += [bound] * part.shape[1]
    x = np.column_stack([np.ones(cases.dark.size), *columns])
    weights = _most_likely(x, cases, bounds, ridge)
    curves, at = {}, 1
    for fact, part in zip(facts, columns, strict=True):
        knots, usual = places[fact.name]
        rises = tuple(weights[at : at + part.shape[1]].tolist())
        curves[fact.name] = Curve(tuple(knots), usual, rises)
        at += part.shape[1]
    return Additive(float(weights[0]), curves)


def _places(cases: Cases, name: str) -> tuple[list[float], float]:
    """Knots of a fact and its usual value: the middle of homes that stay lit."""
    values = cases.values[name]
    known = np.isfinite(values)
    dark, lit = known & cases.dark, known & ~cases.dark
    if not dark.any() or not lit.any():
        return [], 0.0
    both = [np.quantile(values[side], QUANTILES) for side in (dark, lit)]
    knots = np.unique(np.round(np.concatenate(both), 4))
    wide = max(float(knots[-1] - knots[0]) / 12.0, 1e-4)
    kept = [float(knots[0])]
    for knot in knots[1:].tolist():
        if knot - kept[-1] >= wide:
            kept.append(knot)
    return kept, float(np.median(values[lit]))


def _most_likely(
    x: Numbers,
    cases: Cases,
    bounds: Sequence[tuple[float | None, float | None]],
    ridge: float,
) -> Numbers:
    y, weight = cases.dark.astype(np.float64), cases.weight
    rate = float(np.average(y, weights=weight))
    start = np.zeros(x.shape[1])
    start[0] = np.log(rate / (1.0 - rate))
    pull = np.full(x.shape[1], ridge)
    pull[0] = 0.0

    def loss(w: Numbers) -> tuple[float, Numbers]:
        log_odds = x @ w
        p = chance(log_odds)
        value = weight @ (np.logaddexp(0.0, log_odds) - y * log_odds) + 0.5 * pull @ (w * w)
        return float(value), x.T @ (weight * (p - y)) + pull * w

    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": ROUNDS}
    )
    return found.x
