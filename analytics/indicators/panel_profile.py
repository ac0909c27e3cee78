"""What a panel gave in each part of the day, beside what its neighbours say it could have given."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.masked import or_missing, or_zero
from analytics.indicators.means import sum_every
from analytics.indicators.panel_share import SUNLIT_H, sunlit
from analytics.indicators.peers import leave_one_out_median

PARTS = {
    "first": (-5, -4),
    "early": (-4, -3),
    "forenoon": (-3, -1),
    "midday": (-1, 1),
    "afternoon": (1, 3),
    "late": (3, 4),
    "last": (4, 5),
}
"""Parts of the day, hours from solar noon: an hour each while the sun is low and shadows grow."""
GIVEN = tuple(f"panel_given_{part}" for part in PARTS)
DUE = tuple(f"panel_due_{part}" for part in PARTS)
WEAK_SUN = 0.1
"""Neighbours below a tenth of rated current: the ratio is all offset and reflection [K]."""
ENOUGH_OF_HOUR = 0.75
"""Share of an hour's samples that must be there and free for its mean [K]."""
NO_BEAM, ALL_BEAM = 0.3, 0.9
"""Share of the clear sky at which the sun's disc begins to show, and stands free; after the shape
of Erbs, Klein & Duffie (Solar Energy 28, 1982), as a straight line [K]."""

INDICATORS = (
    *(
        Indicator(name, "h", "sum of share of rated over the time not held back", "measured")
        for name in GIVEN
    ),
    *(
        Indicator(name, "h", "same time, the neighbours' leave-one-out median", "village peers")
        for name in DUE
    ),
    Indicator("panel_given", "h", "sum over all parts of the day", "measured"),
    Indicator("panel_due", "h", "sum over all parts of the day", "village peers"),
    Indicator("panel_east", "h", "due x beam share x sun's east component / height", "geometry"),
    Indicator("panel_north", "h", "due x beam share x sun's north component / height", "geometry"),
    Indicator("panel_clear", "1", "best free hour near noon / rated / clear sky", "Haurwitz 1945"),
)


def profile(view: DayView, free: Floats) -> dict[str, Floats]:
    """Sums of hours given and due in each part of the day, each of shape (systems, days).

    ``free`` is the share of rated current, shape (systems, days, sunlit samples), NaN where it
    does not tell the sun. All systems of the view are neighbours under one sky: the due current is
    the leave-one-out median of those neighbours whose panels are free at that time as well.
    ``panel_east`` and ``panel_north`` say how much of it a tilt that way would add: a panel that
    leans to the east gets more than its neighbours while the beam stands there, under clouds not.
    """
    share = free
    due = _due(share)
    use, step_h = due > WEAK_SUN, np.float32(view.step_h)
    given, due = (or_zero(v * step_h, use) for v in (share, due))
    hours = view.day_hours[sunlit(view)]
    sky = view.sun.clear_sky(hours).astype(np.float32)
    beam = np.clip((due / (sky * step_h) - NO_BEAM) / (ALL_BEAM - NO_BEAM), 0.0, 1.0)
    slopes = np.stack([view.sun.east_slope(hours), view.sun.north_slope(hours)], axis=1)
    lean = _by_hour((due * beam).astype(np.float32), slopes.astype(np.float32))
    found = {
        "panel_east": lean[:, :, 0],
        "panel_north": lean[:, :, 1],
        "panel_clear": _clear(view, _hourly(free)),
    }
    for name, names, values in (("panel_given", GIVEN, given), ("panel_due", DUE, due)):
        found[name] = values.sum(-1)
        parts = _by_hour(values, _spans(hours.size))
        found.update({name: parts[:, :, i] for i, name in enumerate(names)})
    return found


ROUNDS = 2
"""Of setting the neighbours' sizes right: each round moves them less [K]."""
LITTLE_H = 0.1
"""Hours of rated current by which a size is drawn towards the registry's [K]."""


def _due(share: Floats) -> Floats:
    """What the neighbours that are free at the same time gave, each made as large as the middle.

    Their panels are not what the registry says, and their batteries fill up at other times: the
    middle of those that are left would move with who is left, not with the sun.
    """
    due = _of_others(share)
    little = np.float32(LITTLE_H * share.shape[2] / (2 * SUNLIT_H))
    for _ in range(ROUNDS):
        there = np.isfinite(due)
        size = (or_zero(share, there).sum(-1) + little) / (or_zero(due, there).sum(-1) + little)
        size /= _middle(or_missing(size, np.any(there, axis=-1)))
        due = _of_others(share / size[:, :, None])
    return due


def _of_others(share: Floats) -> Floats:
    """The others' middle at each moment; moments lie one after the other, systems side by side."""
    systems, days, samples = share.shape
    moments = share.transpose(1, 2, 0).reshape(days * samples, systems)
    return leave_one_out_median(moments.T).T.reshape(days, samples, systems).transpose(2, 0, 1)


def _middle(size: Floats) -> Floats:
    """Median of the systems' sizes by day, shape (days,); 1 where nobody is to compare with."""
    ordered = np.sort(size, axis=0)
    known = np.count_nonzero(np.isfinite(size), axis=0)
    middle = np.take_along_axis(ordered, np.maximum(known - 1, 0)[None, :] // 2, axis=0)[0]
    return np.where(known > 0, middle, 1.0).astype(np.float32)


def _spans(samples: int) -> Floats:
    """Which samples belong to which part of the day, shape (samples, parts)."""
    from_noon = (np.arange(samples) + 0.5) * (2 * SUNLIT_H / samples) - SUNLIT_H
    return np.array(
        [(lo <= from_noon) & (from_noon < hi) for lo, hi in PARTS.values()], np.float32
    ).T


def _by_hour(values: Floats, weights: Floats) -> Floats:
    """Weighted sums over the hours, shape (systems, days, weights)."""
    return np.matmul(weights.T, values.transpose(1, 2, 0)).transpose(2, 0, 1)


def _hourly(free: Floats) -> Floats:
    """Means over whole hours, NaN where too little of an hour is there."""
    an_hour = free.shape[-1] // (2 * SUNLIT_H)
    there = np.isfinite(free)
    total = sum_every(or_zero(free, there), an_hour)
    count = sum_every(there.astype(np.float32), an_hour)
    count[count < ENOUGH_OF_HOUR * an_hour] = np.nan
    return total / count


def _hours(view: DayView) -> NDArray[np.float64]:
    """Middle of each sunlit hour, hours after local midnight."""
    return view.day_hours[sunlit(view)].reshape(2 * SUNLIT_H, -1).mean(-1)


def _clear(view: DayView, share: Floats) -> Floats:
    """Best hour within 3 h of noon against a clear sky; NaN when none was free."""
    sky = view.sun.clear_sky(_hours(view)).astype(np.float32)
    near = slice(SUNLIT_H - 3, SUNLIT_H + 3)
    return np.fmax.reduce(share[:, :, near] / sky[near], axis=-1)
