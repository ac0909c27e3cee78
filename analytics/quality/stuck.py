"""Sensors that repeat themselves."""

import numpy as np

from analytics.quality.mask import Mask, QualityMask
from collector.domain.block import Block

STUCK_CURRENT_SAMPLES = 8
"""Two hours of exactly the same strong panel current do not happen under a moving sun [K]."""
STRONG_CURRENT_A = 0.5
"""Below this a coarse sensor repeats a curtailed current honestly [K]."""
STUCK_WEAK_SAMPLES = 64
WEAK_CURRENT_A = 0.03
"""Sixteen hours of the same small current reach from day into night: no panel does that [K]."""
STUCK_VOLTAGE_SAMPLES = 48
"""Half a day: a quantised battery at rest or in float may repeat itself for hours [K]."""
CHARGED_SAMPLES = 5
CHARGING_A = 0.3
"""A battery may rest at one voltage for a night of no use, lithium for days; but not through an
hour of charge and hours without it [K]."""


def stuck_panel_current(block: Block) -> Mask:
    """Panel current that repeats for two hours while strong, or by day and night; same shape."""
    current = block["pv_current_a"]
    again = _again(current)
    strong = _in_runs(again & (current[:, 1:] > STRONG_CURRENT_A), STUCK_CURRENT_SAMPLES)
    return strong | _in_runs(again & (np.abs(current[:, 1:]) > WEAK_CURRENT_A), STUCK_WEAK_SAMPLES)


def stuck_voltage(block: Block) -> Mask:
    """Battery voltage that repeats for half a day although currents came and went; same shape."""
    volts = block["battery_voltage_v"]
    found = np.zeros(volts.shape, bool)
    again = _again(volts)
    rows = _long_enough(again, STUCK_VOLTAGE_SAMPLES)
    starts = _runs(again[rows], STUCK_VOLTAGE_SAMPLES)
    rows, starts = rows[starts.any(axis=1)], starts[starts.any(axis=1)]
    if not rows.size:
        return found
    current = block.values.get("pv_current_a")
    if current is not None:
        starts &= _came_and_went(current[rows], starts.shape[1])
    found[rows] = _spread(starts, STUCK_VOLTAGE_SAMPLES)
    return found


def _came_and_went(current: np.ndarray, starts: int) -> Mask:
    """Whether a window from each start holds both charge and none; all unknown counts as both."""
    known = np.isfinite(current)
    charging = np.cumsum(current > CHARGING_A, axis=1, dtype=np.int32)
    seen = np.cumsum(known, axis=1, dtype=np.int32)
    length = STUCK_VOLTAGE_SAMPLES
    many, there = (
        total[:, length - 1 :] - np.pad(total, ((0, 0), (1, 0)))[:, :starts]
        for total in (charging, seen)
    )
    both = (many >= CHARGED_SAMPLES) & (there - many >= CHARGED_SAMPLES)
    return both | (there == 0)


def _again(values: np.ndarray) -> Mask:
    """Where a sample equals the one before, shape (systems, steps - 1)."""
    return values[:, 1:] == values[:, :-1]


def _runs(again: Mask, length: int) -> Mask:
    """Where runs of ``length`` equal samples begin, found by doubling shifts."""
    if again.shape[1] < length - 1:
        return np.zeros((again.shape[0], 0), bool)
    covered = 1
    while covered < length - 1 and again.any():
        shift = min(covered, length - 1 - covered)
        again = again[:, shift:] & again[:, : again.shape[1] - shift]
        covered += shift
    return again if covered == length - 1 else np.zeros((again.shape[0], 0), bool)


def _spread(starts: Mask, length: int) -> Mask:
    """Every sample of the runs that begin at ``starts``, again by doubling."""
    flags = np.pad(starts, ((0, 0), (0, length - 1)))
    covered = 1
    while covered < length:
        shift = min(covered, length - covered)
        flags[:, shift:] |= flags[:, :-shift].copy()
        covered += shift
    return flags


def _in_runs(again: Mask, length: int) -> Mask:
    """Samples inside a run of at least ``length`` equal ones."""
    found = np.zeros((again.shape[0], again.shape[1] + 1), bool)
    rows = _long_enough(again, length)
    starts = _runs(again[rows], length)
    if starts.any():
        found[rows] = _spread(starts, length)
    return found


def _long_enough(again: Mask, length: int) -> np.ndarray:
    """Rows that repeat themselves often enough for a run: all others need no further look."""
    return np.flatnonzero(again.astype(np.float32).sum(axis=1) >= length - 1)


def _stuck(block: Block) -> dict[str, Mask]:
    found = {"battery_voltage_v": stuck_voltage(block)}
    if "pv_current_a" in block.values:
        found["pv_current_a"] = stuck_panel_current(block)
    return {field: mask for field, mask in found.items() if mask.any()}


MASK = QualityMask("stuck", _stuck)
