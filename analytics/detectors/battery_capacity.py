"""How much a battery still holds, from nights that began full; its resistance; nights run empty."""

import numpy as np

from analytics.detectors.depth_curve import depth_curve
from analytics.detectors.history import Floats, rolling_sum
from analytics.indicators.table import IndicatorTable
from collector.domain.device import Chemistry

POOL_NIGHTS = 21
RECENT_NIGHTS = 7
ENOUGH_NIGHTS, ENOUGH_RECENT = 8, 3
FULL_H = {Chemistry.LEAD_ACID: 2.5, Chemistry.LFP: 0.5}
"""Hours held at the charger's limit on the day before: the night starts from a full battery. Lead
takes hours of absorption; a small battery under a strong panel is at the limit half full [K]."""
SHALLOW, DEEP_SEEN = 0.02, 0.12
"""Nights that use less than 2 % of the rated capacity say nothing; and the voltage must have fallen
as far as 12 % would make it [K]."""
TYPICAL_SHARE = 0.93
"""What the middle of a village still has of its rated capacity [K]."""
SENSOR_V = 0.05
"""Voltage sensors differ by so much: at least this is granted to the battery [K]."""
LOW_V = {Chemistry.LEAD_ACID: 11.8, Chemistry.LFP: 12.8}
"""The load went off here, less what it drew through the resistance: nearly empty (OCV tables) [K].
A strong load pulls a small battery below its cut-off long before it is empty."""
EMPTY_SHARE = 0.55
"""Reaching the bottom from full with less than this of the rated capacity taken out [K]."""
EMPTY_POOL_NIGHTS = 14
STEP_POOL_NIGHTS = 30
ENOUGH_STEPS_AA = 0.4
"""Sum of squared load steps in the pool, A2: ten of the smallest that count."""


def _full_before(table: IndicatorTable, day: int, length: int) -> np.ndarray:
    """Whether the day before each of the last ``length`` nights ended with a full battery."""
    hours = np.array([[FULL_H[s.battery_chemistry]] for s in table.systems], np.float32)
    full = table["full_h"][:, : day + 1] >= hours
    before = np.zeros_like(full)
    before[:, 1:] = full[:, :-1]
    return before[:, -length:]


def usable_capacity(table: IndicatorTable, day: int) -> tuple[Floats, Floats, Floats]:
    """Usable share of rated capacity over the pool and lately, and the nights it rests on.

    Infinite where the voltage hardly falls: no sign of a loss, but no measure either; NaN between.
    Only lead-acid: lithium's voltage says nothing between its ends.
    """
    rated = np.array([[max(s.battery_ah, 1.0)] for s in table.systems], np.float32)
    lead = np.array([[s.battery_chemistry is Chemistry.LEAD_ACID] for s in table.systems])
    ohm = np.nan_to_num(resistance(table, day))[:, None] / rated
    used = table.window("used_ah", day, POOL_NIGHTS) / rated
    volts = table.window("dawn_v", day, POOL_NIGHTS).copy()
    volts += np.maximum(table.window("dawn_a", day, POOL_NIGHTS), 0.0) * ohm
    whole = table.window("night_seen", day, POOL_NIGHTS) > 0.9
    use = lead & whole & _full_before(table, day, POOL_NIGHTS) & (used > SHALLOW)
    use &= np.isfinite(volts)
    nights = use.sum(axis=1).astype(np.float32)
    shares = [
        _share(table, used, volts, use & last, at_least)
        for last, at_least in (
            (np.ones_like(use), ENOUGH_NIGHTS),
            (np.arange(use.shape[1]) >= use.shape[1] - RECENT_NIGHTS, ENOUGH_RECENT),
        )
    ]
    return shares[0], np.where(np.isnan(shares[1]), shares[0], shares[1]), nights


def _share(
    table: IndicatorTable, used: Floats, volts: Floats, use: np.ndarray, enough: int
) -> Floats:
    """Used over seen depth, in own favour by the neighbours' spread; shape (systems,)."""
    count = use.sum(axis=1)
    rated = np.array([s.battery_ah for s in table.systems], np.float32)
    mean_used = np.where(count >= enough, _sum(used, use) / np.maximum(count, 1), np.nan)
    mean_v = _sum(volts, use) / np.maximum(count, 1)
    found = np.full(count.shape, np.nan, np.float32)
    for code in np.unique(table.village_code):
        mine = table.village_code == code
        curve = depth_curve(mean_used[mine], mean_v[mine])
        alike = curve.shift_by_kind(mean_used[mine], mean_v[mine], rated[mine])
        in_favour = max(curve.spread_v, SENSOR_V) / curve.slope_v
        seen = curve.depth(mean_v[mine] - alike) - in_favour
        share = mean_used[mine] / np.maximum(seen, 0.01) * TYPICAL_SHARE
        flat = (seen < DEEP_SEEN / 2) & (count[mine] >= enough)
        found[mine] = np.where(seen > DEEP_SEEN, share, np.where(flat, np.inf, np.nan))
    return found


def _sum(values: Floats, use: np.ndarray) -> Floats:
    return np.where(use, values, np.float32(0.0)).sum(axis=1)


def resistance(table: IndicatorTable, day: int) -> Floats:
    """Apparent resistance x rated capacity [ohm Ah] over 30 nights; NaN without load steps."""
    rated = np.array([max(s.battery_ah, 1.0) for s in table.systems], np.float32)
    pooled = [
        rolling_sum(table[n][:, : day + 1], STEP_POOL_NIGHTS)[:, -1] for n in ("step_va", "step_aa")
    ]
    enough = (pooled[1] > ENOUGH_STEPS_AA) & (pooled[0] > 0)
    return np.where(enough, pooled[0] / np.maximum(pooled[1], 1e-6) * rated, np.nan).astype(
        np.float32
    )


def empty_nights(table: IndicatorTable, day: int) -> tuple[Floats, Floats]:
    """Nights of the last 14 that went from full to the bottom, and the share it took (median)."""
    rated = np.array([[max(s.battery_ah, 1.0)] for s in table.systems], np.float32)
    bottom = np.array([[LOW_V[s.battery_chemistry]] for s in table.systems], np.float32)
    used = table.window("used_ah", day, EMPTY_POOL_NIGHTS) / rated
    ohm = np.maximum(np.nan_to_num(resistance(table, day)), 0.0)[:, None] / rated
    rested = (
        table.window("last_load_v", day, EMPTY_POOL_NIGHTS)
        + table.window("last_load_a", day, EMPTY_POOL_NIGHTS) * ohm
    )
    out = (rested < bottom) & (table.window("dark_h", day, EMPTY_POOL_NIGHTS) >= 1.0)
    reached = (
        out & _full_before(table, day, EMPTY_POOL_NIGHTS) & (used < EMPTY_SHARE) & (used > SHALLOW)
    )
    count = reached.sum(axis=1)
    share = np.where(reached, used, 0.0).sum(axis=1) / np.maximum(count, 1)
    return count.astype(np.float32), np.where(count > 0, share, np.nan).astype(np.float32)
