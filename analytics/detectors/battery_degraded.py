"""The battery holds much less than it should."""

import numpy as np

from analytics.detectors.depth_curve import depth_curve
from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import Floats, peers_median, rolling_sum
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus
from collector.domain.device import Chemistry

POOL_NIGHTS = 21
RECENT_NIGHTS = 7
ENOUGH_NIGHTS, ENOUGH_RECENT = 8, 3
FULL_H = {Chemistry.LEAD_ACID: 2.5, Chemistry.LFP: 0.5}
"""Hours held at the charger's limit on the day before: the night starts from a full battery. Lead
takes hours of absorption, and a small battery under a strong panel reaches the limit half full [K]."""
SHALLOW, DEEP_SEEN = 0.05, 0.12
"""Nights that use less than 5 % of the rated capacity say nothing; and the voltage must have fallen
as far as 12 % would make it [K]."""
SET_SHARE, CLEAR_SHARE, ALONE_SHARE = 0.56, 0.72, 0.40
"""Usable share of the rated capacity: set, gone, and low enough without a second kind of evidence.
Replacement is due below 80 % in stationary practice, 50-60 % in solar home systems [K]."""
TYPICAL_SHARE = 0.93
"""What the middle of a village still has of its rated capacity [K]."""
RESISTANCE_RISE = 1.5
"""Against the neighbours' median, capacity alike: the second kind of evidence (B1) [K]."""
SENSOR_V = 0.05
"""Voltage sensors differ by so much: at least this is granted to the battery [K]."""
LOW_V = {Chemistry.LEAD_ACID: 11.8, Chemistry.LFP: 12.8}
"""The load went off here, less what it drew through the resistance: nearly empty (OCV tables) [K].
A strong load pulls a small battery below its cut-off long before it is empty."""
EMPTY_SHARE = 0.55
"""Reaching the bottom from full with less than this of the rated capacity taken out [K]."""
EMPTY_NIGHTS = 3


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when nights that start full fall too deep for what was used, by two kinds of evidence."""
    share, recent, nights = _capacity(table, day)
    resistance = _resistance(table, day)
    rise = resistance / peers_median(resistance, table.village_code)
    empty, empty_share = _empty_nights(table, day)
    emptied = (empty >= EMPTY_NIGHTS) & (empty_share < EMPTY_SHARE)
    worse = (np.nan_to_num(rise) > RESISTANCE_RISE) | (empty >= EMPTY_NIGHTS - 1)
    low = (share < SET_SHARE) & (recent < SET_SHARE + 0.06)
    found = (low & (worse | (share < ALONE_SHARE))) | (emptied & ~(share > CLEAR_SHARE))
    shown = np.where(np.isfinite(share), share, empty_share).astype(np.float32)
    dark = empty >= EMPTY_NIGHTS
    severity = np.where(dark, 0.85, np.clip(1.2 - shown, 0.3, 0.75))
    return Findings(
        set=found,
        clear=(share > CLEAR_SHARE) & (empty == 0) & ~found,
        severity=np.nan_to_num(severity, nan=0.5).astype(np.float32),
        evidence={
            "capacity_percent": shown * 100.0,
            "nights": nights,
            "resistance_rise": rise.astype(np.float32),
            "empty_nights": empty,
        },
    )


def _full_before(table: IndicatorTable, day: int, length: int) -> np.ndarray:
    """Whether the day before each night ended with a full battery, for the last ``length`` nights."""
    hours = np.array([[FULL_H[s.battery_chemistry]] for s in table.systems], np.float32)
    full = table["full_h"][:, : day + 1] >= hours
    before = np.zeros_like(full)
    before[:, 1:] = full[:, :-1]
    return before[:, -length:]


def _capacity(table: IndicatorTable, day: int) -> tuple[Floats, Floats, Floats]:
    """Usable share of rated capacity over the pool and lately, and the nights it rests on.

    Only lead-acid: lithium's voltage says nothing between its ends.
    """
    rated = np.array([[max(s.battery_ah, 1.0)] for s in table.systems], np.float32)
    lead = np.array([[s.battery_chemistry is Chemistry.LEAD_ACID] for s in table.systems])
    ohm = np.nan_to_num(_resistance(table, day))[:, None] / rated
    used = table.window("used_ah", day, POOL_NIGHTS) / rated
    volts = table.window("dawn_v", day, POOL_NIGHTS)
    volts = volts + np.maximum(table.window("dawn_a", day, POOL_NIGHTS), 0.0) * ohm
    whole = table.window("night_seen", day, POOL_NIGHTS) > 0.9
    use = lead & whole & _full_before(table, day, POOL_NIGHTS) & (used > SHALLOW)
    use &= np.isfinite(volts)
    nights = use.sum(axis=1).astype(np.float32)
    shares = [_share(table, used, volts, use & last, at_least) for last, at_least in (
        (np.ones_like(use), ENOUGH_NIGHTS),
        (np.arange(use.shape[1]) >= use.shape[1] - RECENT_NIGHTS, ENOUGH_RECENT),
    )]
    return shares[0], np.where(np.isnan(shares[1]), shares[0], shares[1]), nights


def _share(
    table: IndicatorTable, used: Floats, volts: Floats, use: np.ndarray, enough: int
) -> Floats:
    """Used over seen depth, in own favour by the neighbours' spread; shape (systems,)."""
    count = use.sum(axis=1)
    rated = np.array([s.battery_ah for s in table.systems], np.float32)
    mean_used = np.where(count >= enough, (used * use).sum(axis=1) / np.maximum(count, 1), np.nan)
    mean_v = np.where(use, volts, 0.0).sum(axis=1) / np.maximum(count, 1)
    found = np.full(count.shape, np.nan, np.float32)
    for code in np.unique(table.village_code):
        mine = table.village_code == code
        curve = depth_curve(mean_used[mine], mean_v[mine])
        alike = curve.shift_by_kind(mean_used[mine], mean_v[mine], rated[mine])
        in_favour = max(curve.spread_v, SENSOR_V) / curve.slope_v
        seen = curve.depth(mean_v[mine] - alike) - in_favour
        share = mean_used[mine] / np.maximum(seen, 0.01) * TYPICAL_SHARE
        found[mine] = np.where(seen > DEEP_SEEN, share, np.where(count[mine] >= enough, 1.0, np.nan))
    return found


def _resistance(table: IndicatorTable, day: int) -> Floats:
    """Apparent resistance x rated capacity [ohm Ah] pooled over 30 nights; NaN without load steps."""
    rated = np.array([max(s.battery_ah, 1.0) for s in table.systems], np.float32)
    pooled = [rolling_sum(table[n][:, : day + 1], 30)[:, -1] for n in ("step_va", "step_aa")]
    enough = pooled[1] > 10 * 0.2**2
    return np.where(enough, pooled[0] / np.maximum(pooled[1], 1e-6) * rated, np.nan).astype(
        np.float32
    )


def _empty_nights(table: IndicatorTable, day: int) -> tuple[Floats, Floats]:
    """Nights of the last 14 that went from full to the bottom, and the share it took (median)."""
    rated = np.array([[max(s.battery_ah, 1.0)] for s in table.systems], np.float32)
    bottom = np.array([[LOW_V[s.battery_chemistry]] for s in table.systems], np.float32)
    used = table.window("used_ah", day, 14) / rated
    ohm = np.maximum(np.nan_to_num(_resistance(table, day)), 0.0)[:, None] / rated
    rested = table.window("last_load_v", day, 14) + table.window("last_load_a", day, 14) * ohm
    out = (rested < bottom) & (table.window("dark_h", day, 14) >= 1.0)
    reached = out & _full_before(table, day, 14) & (used < EMPTY_SHARE) & (used > SHALLOW)
    count = reached.sum(axis=1)
    share = np.where(reached, used, 0.0).sum(axis=1) / np.maximum(count, 1)
    return count.astype(np.float32), np.where(count > 0, share, np.nan).astype(np.float32)


DETECTOR = Detector(
    fault="battery_degraded",
    title=Text(id="Baterai melemah", en="Battery degraded"),
    because=Text(
        id="Dari {nights} malam yang mulai penuh, baterai hanya menyimpan sekitar"
        " {capacity_percent} % kapasitasnya; hambatan {resistance_rise} kali tetangga; {empty_nights}"
        " malam habis dalam dua minggu.",
        en="Over {nights} nights that began full the battery held about {capacity_percent} % of its"
        " capacity; resistance {resistance_rise} times the neighbours'; {empty_nights} nights ran"
        " empty in two weeks.",
    ),
    part=Text(
        id="Baterai 12 V dengan jenis dan Ah yang sama, kunci 10 mm",
        en="12 V battery of the same type and Ah, 10 mm spanner",
    ),
    check=Text(
        id="Pagi sebelum matahari: tanpa beban baterai sehat di atas 12,4 V. Nyalakan semua lampu 15"
        " menit: turun di bawah 11,8 V berarti baterai diganti. Kencangkan dulu terminalnya.",
        en="Before sunrise, no load: a healthy battery is above 12.4 V. Turn on all lamps for 15"
        " minutes: below 11.8 V means replace. Tighten its terminals first.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=14.0,
    judge=judge,
)
