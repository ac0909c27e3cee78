"""Nights that tell how deep a battery goes: begun full, seen to the end, with something used."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_steps import assumed_ohm
from analytics.indicators.day_view import Floats, facts_of
from analytics.indicators.masked import day_by_day, or_zero
from analytics.indicators.table import IndicatorTable
from collector.domain.device import Chemistry

FULL_H = {Chemistry.LEAD_ACID: 2.0, Chemistry.LFP: 0.5}
"""Hours held at the charger's limit on the day before: the night starts from a full battery. Lead
takes hours of absorption; a small battery under a strong panel is at the limit half full [K]."""
SHALLOW = (0.02, 0.1)
"""Nights that use less of the rated capacity say nothing (lead-acid, lithium, whose voltage hardly
falls before the middle: data sheets) [K]."""
PAID_DAYS, PAID_TIMES, PAID_SHARE = 3, 2.0, 0.1
"""A night that takes more than twice what any of the days around it put in, and a tenth of the
capacity, is a load meter's: nobody uses what was never charged [K]."""
SEEN = 0.7
"""Share of the dark hours that must be there; the charge used is filled up to the whole [K]."""
RESTED_V = {Chemistry.LEAD_ACID: (9.0, 13.6), Chemistry.LFP: (9.0, 13.9)}
"""A battery at dawn after a night's use is nowhere else: such volts are a meter's fault [K]."""


@dataclass(frozen=True, slots=True)
class Nights:
    """Some days of a table; arrays of shape (systems, days), a night on the day it ends.

    Zero, never missing, where a night does not count.
    """

    used: Floats
    """Share of the rated capacity used in the dark."""
    rested_v: Floats
    """Voltage in the last hour of darkness, plus what the load then drew through the resistance."""
    counts: NDArray[np.bool_]


def is_lfp(table: IndicatorTable) -> NDArray[np.bool_]:
    """Whether each system has a lithium battery, shape (systems,)."""
    return ~facts_of(table.systems).lead[:, 0]


def rated_ah(table: IndicatorTable) -> Floats:
    """Rated capacity of each system, shape (systems, 1)."""
    return facts_of(table.systems).battery_ah


def full_before(table: IndicatorTable, day: int, length: int) -> NDArray[np.bool_]:
    """Whether the day before each of the last nights ended with a full battery."""
    lead = facts_of(table.systems).lead
    hours = np.where(lead, FULL_H[Chemistry.LEAD_ACID], FULL_H[Chemistry.LFP]).astype(np.float32)
    full = table.window("full_h", day - 1, min(length, day)) >= hours if day else hours[:, :0] > 0
    before = np.zeros((full.shape[0], min(length, day + 1)), bool, order="F")
    before[:, before.shape[1] - full.shape[1] :] = full
    return before


def nights(table: IndicatorTable, day: int) -> Nights:
    """The nights up to and including the one that ends on column ``day``."""
    seen, used_ah, dawn_v, dawn_a, in_ah = (
        day_by_day(table[name][:, : day + 1])
        for name in ("night_seen", "used_ah", "dawn_v", "dawn_a", "in_ah")
    )
    used = used_ah / rated_ah(table) / np.maximum(seen, np.float32(0.5))
    rested = dawn_v + np.maximum(dawn_a, np.float32(0.0)) * assumed_ohm(table, day)[:, None]
    lead = facts_of(table.systems).lead
    low, high = (
        np.where(lead, *volts).astype(np.float32)
        for volts in zip(RESTED_V[Chemistry.LEAD_ACID], RESTED_V[Chemistry.LFP], strict=True)
    )
    counts = full_before(table, day, day + 1) & (seen > SEEN)
    counts &= used > np.where(lead, *SHALLOW).astype(np.float32)
    counts &= (rested > low) & (rested < high)
    counts &= ~(used_ah > _most_paid(in_ah) + np.float32(PAID_SHARE) * rated_ah(table))
    return Nights(or_zero(used, counts), or_zero(rested, counts), counts)


def _most_paid(in_ah: Floats) -> Floats:
    """What the days around each night put in could pay for, (systems, days); NaN: not known."""
    most = in_ah.copy(order="F")
    for shift in range(1, PAID_DAYS + 1):
        np.fmax(most[:, shift:], in_ah[:, :-shift], out=most[:, shift:])
    return most * np.float32(PAID_TIMES)
