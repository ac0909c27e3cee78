"""How far the battery's voltage falls at night: what it gives, without a meter for it."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats, mean_known
from analytics.indicators.table import IndicatorTable

FALL_KEPT, LEAST_FALL_V = 0.8, 0.05
RISEN_V = 0.03
"""Who uses less stands higher in the morning: one tenth of a lead-acid battery's charge is 0.1 V
(OCV tables); lithium shows a third of it [K]."""

Span = tuple[int, int]


def as_deep_as_usual(table: IndicatorTable, now: Span, then: Span) -> NDArray[np.bool_]:
    """Whether the nights of some columns end as low, and fall as far, as earlier ones; (systems,).

    Spans are (first, end). False where either is unknown.
    """
    fall, usual = (mean_known(_falls(table, span)) for span in (now, then))
    deep = fall > FALL_KEPT * np.maximum(usual, LEAST_FALL_V)
    return deep & (dawn_rise(table, now, then) < RISEN_V)


def dawn_rise(table: IndicatorTable, now: Span, then: Span) -> NDArray[np.floating]:
    """How much higher [V] the battery stands at dawn than earlier, (systems,); NaN = unknown."""
    dawn, before = (mean_known(table["dawn_v"][:, max(0, a) : max(0, b)]) for a, b in (now, then))
    return dawn - before


def _falls(table: IndicatorTable, span: Span) -> Floats:
    """Evening less next morning's voltage of the nights within a span."""
    first, end = max(0, span[0]), max(0, span[1])
    evenings = table["lamp_v"][:, first : max(first, end - 1)]
    return evenings - table["dawn_v"][:, first + 1 : first + 1 + evenings.shape[1]]
