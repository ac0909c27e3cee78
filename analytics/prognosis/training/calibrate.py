"""Calibration: a slope and a shift of the log-odds, from cases that the curves never saw."""

import numpy as np
from numpy.typing import NDArray

from analytics.prognosis.curves import chance

ROUNDS = 50
PULL = 1.0
"""Towards no correction, in cases: a handful of labels must not turn a model around."""


def calibration(log_odds: NDArray[np.float64], dark: NDArray[np.bool_]) -> tuple[float, float]:
    """(slope, shift) of the most likely ``slope * log_odds + shift`` (Platt), by Newton."""
    x = np.column_stack([log_odds, np.ones(log_odds.size)])
    weights, start = np.array([1.0, 0.0]), np.array([1.0, 0.0])
    for _ in range(ROUNDS):
        p = chance(x @ weights)
        slope = x.T @ (dark - p) - PULL * (weights - start)
        bend = (x * (p * (1.0 - p))[:, None]).T @ x + PULL * np.eye(2)
        step = np.linalg.solve(bend, slope)
        weights = weights + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-8:
            break
    return float(max(weights[0], 0.05)), float(weights[1])
