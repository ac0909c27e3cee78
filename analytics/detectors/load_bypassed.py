"""Appliances wired to the battery, past the controller: neither metered nor ever cut off."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.energy_books import Books, books
from analytics.detectors.history import Floats, last_seen, lasts, newest_value
from analytics.detectors.meter_gaps import night_gaps, shows_no_gap
from analytics.detectors.nightly_fall import as_deep_as_usual, dawn_rise
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

NIGHTS, LOOK_BACK = 3, 7
SET_A, CLEAR_A = 0.15, 0.08
"""What the battery gives in the evening beyond the load's meter."""
QUIET_LESS = 0.3
"""A meter that is off is off all night; people go to bed and the gap shrinks by this share [K]."""
RECENT_DAYS, ENOUGH_RECENT = 7, 5
BASE_DAYS, ENOUGH_BASE = 60, 20
LOAD_FELL, PANEL_KEPT = 0.42, 0.8
"""Without a battery current: less than half the load is metered, but the panel gives what it gave,
and the battery's voltage falls at night as it did. The three do not lie together [K]."""
NOTHING_LEFT, RESTED_V = 0.05, 0.08
"""Nothing metered at all, and yet no battery that rests: a large one hardly falls at night [K]."""
FULL_H, FULL_DAYS, SURPLUS = 0.5, 6, 0.5
"""A lithium battery that is full day after day stores nothing more: where the panel goes on giving
so much of what is missing from the meter, it went somewhere [D]."""
BATTERY_V = 12.8
"""At which a charge is an energy [K]."""
EMPTY_V, EMPTY_DAWNS = (11.7, 12.6), 2
"""Lead-acid, lithium: a battery that is empty at dawn so often halves the load by itself [K]."""
CLEAR_LOAD = 0.8
HONEST = 1.05
FED, USED_A, AT_HOME = 0.8, 0.1, 0.6
"""Panel energy over the usual load's; on how many of the earlier days somebody was there [K]."""
USED_WH = 8.0
"""Less a day is too little to miss half of [K]."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the battery gives more than the load's meter shows on three nights; no lamps."""
    evening, quiet = night_gaps(table, day, LOOK_BACK)
    seen = np.isfinite(evening) & np.isfinite(quiet)
    less = evening - np.maximum(quiet, 0.0) > QUIET_LESS * evening
    past = (evening > SET_A) & less & (quiet > -CLEAR_A)
    by_current = lasts(past, seen, NIGHTS)
    blind = shows_no_gap(table, day, LOOK_BACK)
    by_energy, kept = _by_energy(table, day)
    gap = newest_value(evening, last_seen(seen, 1))
    home = ~facts_of(table.systems).street[:, 0]
    found = home & (by_current | (blind & by_energy))
    return Findings(
        set=found,
        clear=np.where(blind, kept > CLEAR_LOAD, gap < CLEAR_A) & ~found,
        severity=np.full(found.size, 0.4, np.float32),
        evidence={
            "gap_a": np.where(blind, np.nan, gap).astype(np.float32),
            "metered_percent": kept * np.float32(100.0),
            "battery_v": table.window("dawn_v", day, 1)[:, 0],
        },
    )


def _by_energy(table: IndicatorTable, day: int) -> tuple[NDArray[np.bool_], Floats]:
    """Load halved while panel and nightly fall stayed; and the share of the load still metered."""
    end = day + 1
    now = books(table, end - RECENT_DAYS, end)
    then = books(table, end - BASE_DAYS, end - 2 * RECENT_DAYS)
    enough = now.enough(ENOUGH_RECENT) & then.enough(ENOUGH_BASE) & (then.load_wh > USED_WH)
    # A meter that read too high until lately is no measure of what is missing now.
    enough &= then.load_wh < HONEST * then.panel_wh
    kept = np.where(enough, now.load_wh / np.maximum(then.load_wh, 1.0), np.nan)
    found = enough & (kept < LOAD_FELL) & (now.panel_share(then) > PANEL_KEPT)
    # What is used past the meter comes from the panel all the same.
    found &= (now.panel_wh > FED * then.load_wh) & _was_at_home(table, day)
    if found.any():
        spans = (end - RECENT_DAYS, end), (end - BASE_DAYS, end - 2 * RECENT_DAYS)
        rests = dawn_rise(table, *spans) > RESTED_V
        fell = as_deep_as_usual(table, *spans) | ((kept < NOTHING_LEFT) & ~rests)
        found &= fell | _nowhere_to_go(table, day, now, then)
        dawn = table.window("dawn_v", day, RECENT_DAYS)
        low = dawn < np.where(facts_of(table.systems).lead, *EMPTY_V)
        found &= low.sum(axis=1) <= EMPTY_DAWNS
    return found, kept.astype(np.float32)


def _nowhere_to_go(table: IndicatorTable, day: int, now: Books, then: Books) -> NDArray[np.bool_]:
    """Whether the panel feeds what is not metered, for the battery was full and took no more.

    Lithium alone: lead-acid at its charging voltage may take charge for days. Told by energy and
    by charge, of which one is the truth for each controller (see ``books``).
    """
    full = table.window("full_h", day, RECENT_DAYS) >= FULL_H
    missing = then.load_wh - now.load_wh
    less = np.maximum(then.panel_wh - now.panel_wh, BATTERY_V * (then.panel_ah - now.panel_ah))
    lithium = ~facts_of(table.systems).lead[:, 0]
    closed = lithium & (full.sum(axis=1) >= FULL_DAYS)
    return closed & (missing - less > SURPLUS * then.load_wh)


def _was_at_home(table: IndicatorTable, day: int) -> NDArray[np.bool_]:
    """Whether the load was used on most of the days that tell what is usual, shape (systems,)."""
    end = day + 1
    most = table["load_a_max"][:, max(0, end - BASE_DAYS) : max(0, end - 2 * RECENT_DAYS)]
    return (most > USED_A).sum(axis=1) > AT_HOME * np.isfinite(most).sum(axis=1)


DETECTOR = Detector(
    fault="load_bypassed",
    title=Text(id="Beban melewati controller", en="Load bypasses the controller"),
    because=Text(
        id="Malam hari baterai memberi {gap_a} A lebih banyak daripada yang diukur controller;"
        " beban terukur tinggal {metered_percent} % dari biasanya.",
        en="In the evening the battery gives {gap_a} A more than the controller's load meter shows;"
        " the metered load is {metered_percent} % of the usual.",
    ),
    part=Text(
        id="Tang amper DC, terminal kabel, sekring 10 A",
        en="DC clamp meter, cable terminals, 10 A fuse",
    ),
    check=Text(
        id="Lihat terminal baterai: hanya kabel controller yang boleh di sana. Matikan keluaran"
        " beban: arus baterai harus di bawah 0,05 A. Bila masih mengalir, pindahkan kabel itu ke"
        " terminal beban (12-14 V) dan jelaskan: tanpa pemutus 11,1 V baterai cepat rusak.",
        en="Look at the battery's terminals: only the controller's cable belongs there. Switch the"
        " load output off: the battery's current must be below 0.05 A. If it flows on, move that"
        " wire to the load terminal (12-14 V) and explain: without the cut-off at 11.1 V the"
        " battery dies early.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=14.0,
    judge=judge,
)
