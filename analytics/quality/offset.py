"""A panel meter that shows a current at night: how much it is off, to be subtracted."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.block import Block
from collector.domain.clock import DAY_S

NIGHT_V = 5.0
"""Controllers call it night below 5 V of panel voltage (EPSolar, Renogy manuals)."""
DEEP_H = (10.0, 14.0)
"""Hours after noon that are dark at any place in the tropics, on any day."""
SUBTRACT_ABOVE_A = 0.03
"""Less than this is within what any shunt is off; panels of 1 A do not notice it [K]."""

Floats = NDArray[np.float32]


def night_panel_current(block: Block) -> Floats:
    """Mean panel current [A] of each night's middle while the panel is dark, (systems, nights).

    The block starts at a local noon. NaN where less than half of those hours is known to be dark.
    """
    samples = DAY_S // block.step_s
    nights = block.steps // samples
    first, end = (round(h / 24.0 * samples) for h in DEEP_H)
    current, volts = (
        block[field][:, : nights * samples].T.reshape(nights, samples, -1)[:, first:end].T
        for field in ("pv_current_a", "pv_voltage_v")
    )
    dark = (volts < NIGHT_V) & np.isfinite(current)
    count = np.count_nonzero(dark, axis=1).astype(np.float32)
    total = np.where(dark, current, np.float32(0.0)).sum(axis=1)
    enough = count * 2 >= max(end - first, 1)
    return np.where(enough, total / np.maximum(count, 1.0), np.nan).astype(np.float32)


def without_offset(block: Block, night_a: Floats) -> Block:
    """The block with each day's panel current less what its meter showed the night before.

    ``night_a`` has shape (systems, nights); what is unknown or small is not subtracted.
    """
    off = np.where(np.abs(night_a) > SUBTRACT_ABOVE_A, night_a, np.float32(0.0))
    rows = np.flatnonzero(off.any(axis=1))
    if not rows.size:
        return block
    samples = DAY_S // block.step_s
    day = (np.arange(block.steps) - samples // 2) // samples
    current = block["pv_current_a"].copy("K")
    current[rows] -= off[rows][:, np.clip(day, 0, off.shape[1] - 1)]
    values = {**block.values, "pv_current_a": current}
    return Block(block.labels, block.start_s, block.step_s, values, block.rows)
