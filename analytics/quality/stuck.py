"""Sensors that repeat themselves."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.block import Block

STUCK_CURRENT_SAMPLES = 8
"""Two hours of exactly the same strong panel current do not happen under a moving sun [K]."""
STUCK_VOLTAGE_SAMPLES = 48
"""Half a day: a quantised battery at rest or in float may repeat itself for hours [K]."""
STRONG_CURRENT_A = 0.5
"""Below this a coarse sensor repeats a curtailed current honestly [K]."""


def stuck_panel_current(block: Block) -> NDArray[np.bool_]:
    """Panel current that is strong and repeats for two hours, shape (systems, steps)."""
    current = block["pv_current_a"]
    return _repeats(current, STUCK_CURRENT_SAMPLES) & (current > STRONG_CURRENT_A)


def stuck_voltage(block: Block) -> NDArray[np.bool_]:
    """Battery voltage that repeats for half a day, shape (systems, steps)."""
    return _repeats(block["battery_voltage_v"], STUCK_VOLTAGE_SAMPLES)


def _repeats(values: NDArray[np.float32], length: int) -> NDArray[np.bool_]:
    """Samples inside a run of at least ``length`` equal ones, found by doubling shifts."""
    flags = np.zeros(values.shape, bool)
    if values.shape[1] < length:
        return flags
    run = values[:, 1:] == values[:, :-1]
    covered = 1
    while covered < length - 1 and run.any():
        shift = min(covered, length - 1 - covered)
        run = run[:, shift:] & run[:, :-shift]
        covered += shift
    if not run.any():
        return flags
    ends = np.zeros((values.shape[0], values.shape[1] + 1), np.int32)
    system, first = np.nonzero(run)
    np.add.at(ends, (system, first), 1)
    np.add.at(ends, (system, first + length), -1)
    return np.cumsum(ends, axis=1)[:, :-1] > 0
