"""Judging street lights alone: a fleet has few, and homes turn their lamps off as they like."""

from collections.abc import Callable
from functools import wraps

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.detector import Findings
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable

Judge = Callable[[IndicatorTable, int], Findings]


def street_lights_only(judge: Judge) -> Judge:
    """The judge for street lights; for all other systems nothing is found, nor cleared."""

    @wraps(judge)
    def judged(table: IndicatorTable, day: int) -> Findings:
        rows = np.flatnonzero(facts_of(table.systems).street[:, 0])
        return _among_all(judge(table.among(rows), day), rows, len(table.systems))

    return judged


def _among_all(found: Findings, rows: NDArray[np.int64], systems: int) -> Findings:
    def spread(values: NDArray, nothing: float) -> NDArray:
        whole = np.full(systems, nothing, values.dtype)
        whole[rows] = values
        return whole

    evidence = {n: spread(np.asarray(v, np.float32), np.nan) for n, v in found.evidence.items()}
    severity = spread(np.asarray(found.severity, np.float32), 0.0)
    return Findings(spread(found.set, 0), spread(found.clear, 0), severity, evidence)
