"""What a panel gave and was due on each day of its history, and how it leans against the others."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats
from analytics.indicators.masked import or_zero, sums
from analytics.indicators.means import sum_every
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


@dataclass(frozen=True, slots=True)
class PanelDays:
    """Hours of rated current, shape (systems, days or pools of days), the judged day last.

    ``due`` is what the neighbours had; ``east`` and ``north`` the light that a tilt that way would
    move. ``tilt`` and ``in_doubt`` (two, for east and north, shape (systems, 1)) are the sines by
    which this panel leans against its neighbours, and by which that may be wrong.
    """

    given: Floats
    due: Floats
    east: Floats
    north: Floats
    tilt: tuple[Floats, Floats]
    in_doubt: tuple[Floats, Floats]

    def straight(self) -> Floats:
        """What was due to a panel that leans as this one does."""
        moved = self.due + self.tilt[0] * self.east + self.tilt[1] * self.north
        return np.maximum(moved, 0.3 * self.due)

    def last(self, count: int, before: int = 0) -> "PanelDays":
        """The last so many days, leaving out as many at the end as ``before`` says."""
        end = self.given.shape[1] - before
        return self._with(lambda v: v[:, max(end - count, 0) : max(end, 0)])

    def pooled(self, count: int) -> "PanelDays":
        """Sums of so many neighbouring days, counted back from the last."""
        pools = self.given.shape[1] // count
        first = self.given.shape[1] - pools * count
        return self._with(lambda v: sum_every(v[:, first:], count))

    def overlapping(self) -> "PanelDays":
        """Sums of each two neighbours."""
        return self._with(lambda v: v[:, 1:] + v[:, :-1])

    def _with(self, change: Callable[[Floats], Floats]) -> "PanelDays":
        given, due, east, north = (change(v) for v in (self.given, self.due, self.east, self.north))
        return PanelDays(given, due, east, north, self.tilt, self.in_doubt)


def panel_days(table: IndicatorTable, day: int, length: int = HISTORY_DAYS) -> PanelDays:
    """The last ``length`` days up to ``day``; days before the panel was replaced count nothing."""
    given, due, east, north = (
        table.window(f"panel_{name}", day, length) for name in ("given", "due", "east", "north")
    )
    use = (due > 0) & (given >= GONE_RATIO * due)
    _forget_other_panel(table, day, use)
    given, due, east, north = (or_zero(v, use) for v in (given, due, east, north))
    tilt, in_doubt = _tilts(given, due, east, north)
    return PanelDays(given, due, east, north, tilt, in_doubt)


def _forget_other_panel(table: IndicatorTable, day: int, use: NDArray[np.bool_]) -> None:
    replaced = table.values.get("event_panel_replaced")
    if replaced is not None:
        now = replaced[:, day + 1 - use.shape[1] : day + 1] > 0
        for row in np.flatnonzero(now.any(axis=1)).tolist():
            use[row, : int(np.flatnonzero(now[row])[-1])] = False


def _tilts(
    given: Floats, due: Floats, east: Floats, north: Floats
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Sines of each panel's tilt to the east and north against its neighbours', and their doubts.

    From one day to the next dirt hardly changes, but sun and cloud and the hours of free running
    do: the differences of days tell the tilt, whatever the trend. Two ridge regressions in one.
    """
    enough = due > ENOUGH_DUE_DAY
    inverse = or_zero(np.float32(1.0) / np.maximum(due, ENOUGH_DUE_DAY), enough)
    weight = np.minimum(due[:, 1:], due[:, :-1]) * (enough[:, 1:] & enough[:, :-1])
    rise, to_east, to_north = (np.diff(v * inverse, axis=1) for v in (given, east, north))
    weighed_e, weighed_n = weight * to_east, weight * to_north
    ee, nn, en, er, nr = (
        np.einsum("sd,sd->s", a, b)[:, None]
        for a, b in (
            (weighed_e, to_east),
            (weighed_n, to_north),
            (weighed_e, to_north),
            (weighed_e, rise),
            (weighed_n, rise),
        )
    )
    ee, nn = ee + TILT_RIDGE, nn + TILT_RIDGE
    size = ee * nn - en * en
    slopes = (nn * er - en * nr) / size, (ee * nr - en * er) / size
    total, had, eastward, northward = (sums(v)[:, None] for v in (due, given, east, north))
    level = (had - slopes[0] * eastward - slopes[1] * northward) / np.maximum(total, 0.01)
    level = np.maximum(level, 0.2)
    tilt = tuple(np.clip(s / level, -MOST_TILT, MOST_TILT) for s in slopes)
    doubts = tuple(
        np.hypot(TILT_UNKNOWN * np.sqrt(TILT_RIDGE * other / size), TILT_ERROR * t)
        for t, other in zip(tilt, (nn, ee), strict=True)
    )
    return (tilt[0], tilt[1]), (doubts[0], doubts[1])
