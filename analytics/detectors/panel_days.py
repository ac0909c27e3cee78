"""What a panel gave and was due on each day of its history, its lean against the others' undone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats
from analytics.indicators.panel_profile import DUE, GIVEN
from analytics.indicators.table import IndicatorTable

HISTORY_DAYS = 180
"""Half a year behind the judged day: longer, the seasons change more than the panel does [K]."""
GONE_RATIO = 0.25
"""Days with less than a quarter are no dirt: a panel away, or held back after all [K]."""
ENOUGH_DUE_DAY = 0.1
"""Sun on a day, in hours of rated current, for a ratio [K]."""
TILT_RIDGE, MOST_TILT = 0.3, 0.45
"""Drawn towards no tilt; and no roof is steeper against its neighbours' than this sine [K]."""
TILT_UNKNOWN = 0.15
"""Usual spread of tilts, as a sine: in doubt while the days have not told it [K]."""
TILT_ERROR = 0.15
"""A tilt that is told may be wrong by such a share: beam and low sun are only estimated [K]."""
_WITHIN = tuple(f"panel_lean_{pair}" for pair in ("ee", "nn", "en", "er", "nr"))


@dataclass(frozen=True, slots=True)
class PanelDays:
    """Hours of rated current, shape (systems, days), the judged day last.

    ``due`` is what the neighbours had, corrected for how this panel leans. ``lean`` (two, for east
    and north) is the light that a tilt would move, and ``in_doubt`` (two, shape (systems, 1)) the
    sine of tilt by which that correction may be wrong.
    """

    given: Floats
    due: Floats
    lean: tuple[Floats, Floats]
    in_doubt: tuple[Floats, Floats]


def panel_days(table: IndicatorTable, day: int, length: int = HISTORY_DAYS) -> PanelDays:
    """The last ``length`` days up to ``day``; days before the panel was replaced count nothing."""
    given, due = (
        np.nan_to_num(np.sum([table.window(name, day, length) for name in names], axis=0))
        for names in (GIVEN, DUE)
    )
    lean = [np.nan_to_num(table.window(f"panel_{to}", day, length)) for to in ("east", "north")]
    other = (given < GONE_RATIO * due) | _before_this_panel(table, day, given.shape[1])
    given, due, *lean = (np.where(other, np.float32(0.0), v) for v in (given, due, *lean))
    within = [
        np.where(other, np.float32(0.0), np.nan_to_num(table.window(name, day, length))).sum(axis=1)
        for name in _WITHIN
    ]
    tilts, doubts = _tilts(given, due, lean, within)
    straight = due + tilts[0] * lean[0] + tilts[1] * lean[1]
    return PanelDays(given, np.maximum(straight, 0.3 * due), (lean[0], lean[1]), doubts)


def _before_this_panel(table: IndicatorTable, day: int, days: int) -> NDArray[np.bool_]:
    replaced = table.values.get("event_panel_replaced")
    if replaced is None:
        return np.zeros((len(table.systems), days), bool)
    later = np.cumsum(replaced[:, day + 1 - days : day + 1][:, ::-1] > 0, axis=1)[:, ::-1]
    return later > 0


def _tilts(
    given: Floats, due: Floats, lean: list[Floats], within: list[Floats]
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Sines of each panel's tilt to the east and north against its neighbours', and their doubts.

    Dirt is the same in all hours of a day and hardly changes to the next, but where the sun stands
    does, and cloud, and the hours of free running: such differences tell the tilt, whatever the
    trend. One ridge regression on both.
    """
    enough = due > ENOUGH_DUE_DAY
    safe = np.maximum(due, 0.01)
    both = enough[:, 1:] & enough[:, :-1]
    weight = np.where(both, np.minimum(due[:, 1:], due[:, :-1]), 0.0)
    rise, east, north = (
        np.diff(np.where(enough, v / safe, np.float32(0.0)), axis=1) for v in (given, *lean)
    )
    ee, nn, en, er, nr = (
        (np.einsum("sd,sd,sd->s", weight, a, b) + hours)[:, None]
        for (a, b), hours in zip(
            ((east, east), (north, north), (east, north), (east, rise), (north, rise)),
            within,
            strict=True,
        )
    )
    ee, nn = ee + TILT_RIDGE, nn + TILT_RIDGE
    size = ee * nn - en * en
    slopes = (nn * er - en * nr) / size, (ee * nr - en * er) / size
    total = np.maximum(due.sum(axis=1, keepdims=True), 0.01)
    level = given.sum(axis=1, keepdims=True)
    for slope, part in zip(slopes, lean, strict=True):
        level = level - slope * part.sum(axis=1, keepdims=True)
    level = np.maximum(level / total, 0.2)
    east_tilt, north_tilt = (np.clip(s / level, -MOST_TILT, MOST_TILT) for s in slopes)
    doubts = (
        np.hypot(TILT_UNKNOWN * np.sqrt(TILT_RIDGE * other / size), TILT_ERROR * tilt)
        for tilt, other in ((east_tilt, nn), (north_tilt, ee))
    )
    return (east_tilt, north_tilt), tuple(doubts)  # type: ignore[return-value]
