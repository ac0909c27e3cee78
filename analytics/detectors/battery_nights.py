"""Nights that tell how deep a battery goes: begun full, seen to the end, with something used."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_steps import assumed_ohm
from analytics.indicators.day_view import Floats, facts_of
from analytics.indicators.table import IndicatorTable
from collector.domain.device import Chemistry

FULL_H = {Chemistry.LEAD_ACID: 2.0, Chemistry.LFP: 0.5}
"""Hours held at the charger's limit on the day before: the night starts from a full battery. Lead
takes hours of absorption; a small battery under a strong panel is at the limit half full [K]."""
SHALLOW = 0.02
"""Nights that use less than 2 % of the rated capacity say nothing [K]."""
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


def full_before(table: IndicatorTable, day: int) -> NDArray[np.bool_]:
    """Whether the day before each night up to ``day`` ended with a full battery."""
    hours = np.array([[FULL_H[s.battery_chemistry]] for s in table.systems], np.float32)
    before = np.zeros((len(table.systems), day + 1), bool)
    before[:, 1:] = table["full_h"][:, :day] >= hours
    return before


def nights(table: IndicatorTable, day: int) -> Nights:
    """The nights up to and including the one that ends on column ``day``."""
    until = slice(0, day + 1)
    seen = table["night_seen"][:, until]
    used = table["used_ah"][:, until] / rated_ah(table) / np.maximum(seen, np.float32(0.5))
    ohm = assumed_ohm(table, day)[:, None]
    rested = table["dawn_v"][:, until] + np.maximum(table["dawn_a"][:, until], 0.0) * ohm
    bounds = np.array([RESTED_V[s.battery_chemistry] for s in table.systems], np.float32)
    counts = full_before(table, day) & (seen > SEEN) & (used > SHALLOW)
    counts &= (rested > bounds[:, :1]) & (rested < bounds[:, 1:])
    none = np.float32(0.0)
    return Nights(np.where(counts, used, none), np.where(counts, rested, none), counts)
