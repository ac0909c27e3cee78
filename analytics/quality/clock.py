"""Times that cannot be: a device whose panel sees the day at another hour than its neighbours'.

The panel's voltage is there from dawn to dusk, whether or not a full battery holds its current
back; so the middle of the lit hours is solar noon, to some minutes, by the device's own clock.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.quality.offset import NIGHT_V
from collector.domain.block import Block
from collector.domain.clock import DAY_S

ENOUGH_SEEN = 0.85
"""Share of the day's cells that must be there: a gap would pull the middle away from itself [K]."""
LIT_SHARE = (0.3, 0.7)
"""A day between the polar circles' neighbours; outside it, it is not the sun that is seen [K]."""
LIT_APART_H = 0.75
"""Neighbours see the sun for the same time; where a cable failed or a gap cut into the day, the
middle of what is left is not noon [K]."""
NEIGHBOURS = 5
ASTRAY_H = 1.0
"""An hour from the neighbours turns evenings into afternoons; the day is not used [K]."""

Floats = NDArray[np.float32]


def lit_middle_h(block: Block) -> Floats:
    """Hour of the middle of each local day's lit cells, 0-24, shape (systems, days).

    Circular mean, so that a day that begins in the evening by a wrong clock is seen as well. The
    block starts at the local noon before the first day. NaN where the day is not seen whole.
    """
    samples = DAY_S // block.step_s
    half = samples // 2
    days = (block.steps - half) // samples
    whole = block["pv_voltage_v"][:, half : half + days * samples].T
    volts = whole.reshape(days, samples, -1)
    angle = 2.0 * np.pi * (np.arange(samples) + 0.5) / samples
    wheel = np.stack([np.cos(angle), np.sin(angle), np.ones(samples)]).astype(np.float32)
    turned = np.matmul(wheel, (volts > NIGHT_V).astype(np.float32))
    east, north, count = turned.transpose(1, 2, 0)
    seen = np.count_nonzero(np.isfinite(volts), axis=1).T
    whole = (seen >= ENOUGH_SEEN * samples) & (count >= LIT_SHARE[0] * samples)
    whole &= count <= LIT_SHARE[1] * samples
    lit_h = np.where(whole, count * (24.0 / samples), np.nan)
    full = np.abs(lit_h - _usual(lit_h)) <= LIT_APART_H
    hour = np.arctan2(north, east) * (24.0 / (2.0 * np.pi)) % 24.0
    return np.where(full, hour, np.nan).astype(np.float32)


def _usual(lit_h: NDArray[np.floating]) -> NDArray[np.floating]:
    """Median of each day's lit hours; of few neighbours the longest, which no gap has cut."""
    if not np.isfinite(lit_h).any():
        return np.full(lit_h.shape[1], np.nan)
    known = np.count_nonzero(np.isfinite(lit_h), axis=0)
    ordered = np.sort(lit_h, axis=0)
    at = np.where(known > NEIGHBOURS, (known - 1) // 2, np.maximum(known - 1, 0))
    return ordered[at, np.arange(lit_h.shape[1])]


def hours_apart(hour: NDArray[np.floating], other: NDArray[np.floating] | float) -> Floats:
    """Difference of two hours of the day, -12 to 12."""
    return ((np.asarray(hour) - other + 12.0) % 24.0 - 12.0).astype(np.float32)


def village_middle_h(middle_h: Floats, noon_h: float) -> Floats:
    """What the village's clocks call noon on each day, shape (days,); NaN below six systems.

    Median of the hours around ``noon_h``, where the sun is expected.
    """
    apart = hours_apart(middle_h, noon_h)
    known = np.count_nonzero(np.isfinite(apart), axis=0)
    found = np.full(apart.shape[1], np.nan, np.float32)
    enough = known > NEIGHBOURS
    if enough.any():
        ordered, middle = np.sort(apart, axis=0), (known - 1) // 2
        low, high = (ordered[at, np.arange(known.size)] for at in (middle, known // 2))
        found[enough] = ((low + high) / 2.0)[enough]
    return (found + np.float32(noon_h)).astype(np.float32)


def astray(middle_h: Floats, village_h: Floats) -> NDArray[np.bool_]:
    """Days whose cells lie at other hours than the village's, shape (systems, days)."""
    return np.abs(hours_apart(middle_h, village_h[None, :])) >= ASTRAY_H


def without_days(block: Block, days: NDArray[np.bool_]) -> Block:
    """The block with every value of these local days missing, and of the nights before them."""
    rows = np.flatnonzero(days.any(axis=1))
    if not rows.size:
        return block
    samples = DAY_S // block.step_s
    half = samples // 2
    at = np.arange(block.steps) - half
    last = days.shape[1] - 1
    today, tomorrow = (np.clip(a // samples, 0, last) for a in (at, at + half))
    few = days[rows]
    cells = few[:, today] & (at >= 0) | few[:, tomorrow] & (at < last * samples + half)
    values = {field: held.copy("K") for field, held in block.values.items()}
    for held in values.values():
        held[rows] = np.where(cells, np.float32(np.nan), held[rows])
    return Block(block.labels, block.start_s, block.step_s, values, block.rows)
