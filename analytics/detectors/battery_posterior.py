"""Bayes on a grid of capacities: what pooled nights, now and in the past, say of each of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_emptied import Emptied
from analytics.detectors.depth_curve import DepthCurves
from analytics.indicators.day_view import Floats
from analytics.indicators.masked import Values, count, or_zero, sums

SHARES = np.array([1.02, 0.94, 0.86, 0.78, 0.7, 0.62, 0.54, 0.46, 0.38, 0.3, 0.2, 0.12], np.float32)
PAST_SHARES = np.array([1.0, 0.9, 0.8, 0.66, 0.5, 0.34], np.float32)
SOUND, DUE, PAST_SOUND = 1, 5, 1
"""Places on the grids: what a sound battery has, and one that is due."""
PAST_PRIOR = np.array([0.30, 0.40, 0.20, 0.06, 0.03, 0.02])
"""How batteries are met [K]: mostly sound, one in ten worn."""
PAST_ENOUGH = 8
"""Nights that make a past."""
ODD_SHARE, ODD_LEVELS = 0.1, 3.0
"""One battery in ten has an odd acid or a poor meter: it may be three times as far off [K]."""
SEASON_V = 0.025
"""What weather and warmth move a battery's level that they don't its neighbours' [K]."""
NIGHT_V = 0.04
"""Least scatter of nights around the curve [K]."""
MOST_NIGHTS = 4.0
"""Nights of one home are alike in what the curve gets wrong: more of them add no certainty [K]."""
OWN_LEVEL_V = 0.1
"""So much higher than its neighbours a sound battery may stand (acid and meter) [K]."""
EMPTY_SHARE_SPREAD = 0.10
WORN = 0.60
"""Below this a solar home battery is due (practice 50-60 %) [K]."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Nights against every share of a grid: mean excess (systems, shares), misfit within, count."""

    excess_v: Floats
    misfit: Floats
    nights: Floats
    scatter_v: Floats


def pool(
    used: Values, fallen: Values, counts: NDArray[np.bool_], curves: DepthCurves, shares: Floats
) -> Pool:
    """Hold nights (systems, nights) against every one of ``shares``.

    ``used`` is a share of the rating, ``fallen`` volts below full.
    """
    used, fallen = or_zero(used, counts), or_zero(fallen, counts)
    nights = count(counts)
    many = np.maximum(nights, 1.0)[:, None]
    total, squares = np.empty((2, counts.shape[0], shares.size), np.float32)
    for i, share in enumerate(shares):
        # Zero, too, on nights that do not count.
        excess = fallen - curves.fall_v(used / share)
        total[:, i], squares[:, i] = sums(excess), np.einsum("sn,sn->s", excess, excess)
    mean = np.asarray(total / many, np.float32)
    variance = np.maximum(squares / many - mean**2, 0.0)
    scatter = np.maximum(np.sqrt(variance.min(axis=1)), NIGHT_V)
    alike = np.minimum(many, MOST_NIGHTS) / (2.0 * scatter[:, None] ** 2)
    return Pool(mean, variance * alike, nights, scatter)


def posterior(
    now: Pool, past: Pool, level_v: Floats, empty: Emptied
) -> tuple[Floats, Floats, Floats]:
    """Mean share, probability of being worn, and mean past share; each of shape (systems,).

    ``level_v`` (systems,) is how far a battery's own level may lie off its neighbours'.
    """
    known = past.nights >= PAST_ENOUGH
    # Systems last in memory: every step runs over all of them at once.
    own = _log_of_means(now, past, level_v) + np.float32(np.log(1.0 - ODD_SHARE))
    odd = _log_of_means(now, past, ODD_LEVELS * level_v) + np.float32(np.log(ODD_SHARE))
    log = np.maximum(own, odd) + np.log(1.0 + np.exp(-np.abs(own - odd)))
    log -= now.misfit.T[:, None] + or_zero(past.misfit, known[:, None]).T
    log += _log_prior()[:, :, None]
    log -= _against_emptied(empty).T[:, None]
    chance = np.exp(log - log.max(axis=(0, 1)))
    chance /= chance.sum(axis=(0, 1))
    of_now, of_past = chance.sum(axis=1), chance.sum(axis=0)
    below = np.clip((WORN + 0.04 - SHARES) / 0.08, 0.0, 1.0)
    # Chances add up to one but for rounding, which depends on the machine's order of adding.
    worn = np.clip(below @ of_now, 0.0, 1.0)
    share, before = SHARES @ of_now, PAST_SHARES @ of_past
    return share.astype(np.float32), worn.astype(np.float32), before.astype(np.float32)


def deeper(now: Pool, past: Pool) -> Floats:
    """The means alone, without any prior: a second look at what the grid concludes."""
    sound, worn = now.excess_v[:, SOUND], now.excess_v[:, DUE]
    before = past.excess_v[:, PAST_SOUND]
    known = past.nights >= PAST_ENOUGH
    own = np.clip(-before, 0.0, OWN_LEVEL_V)
    extra = np.where(known, sound + own, sound)
    return (extra / np.maximum(sound - worn, 1e-3)).astype(np.float32)


def _log_of_means(now: Pool, past: Pool, level_v: Floats) -> Floats:
    """Log likelihood of both pools' mean excess if one level is in both, (now, past, systems)."""
    known = past.nights >= PAST_ENOUGH
    level, season = level_v**2, np.float32(SEASON_V**2)
    v_now = level + season + now.scatter_v**2 / np.maximum(now.nights, 1)
    v_past = level + season + past.scatter_v**2 / np.maximum(past.nights, 1)
    both = or_zero(level, known)
    size = v_now * v_past - both**2
    a, b = now.excess_v.T, or_zero(past.excess_v, known[:, None]).T
    of_now = v_past / size * a**2 + np.log(size)
    far = of_now[:, None] + v_now / size * b**2 - (2.0 * both / size * a)[:, None] * b
    return (-0.5 * far).astype(np.float32)


def _log_prior() -> Floats:
    """Batteries stay as they were, or have lost anything since; they don't grow (shares, past)."""
    change = SHARES[:, None] - PAST_SHARES
    same, lost = np.where(np.abs(change) < 0.09, 0.8, 0.0), np.where(change < 0.05, 0.024, 0.0008)
    return (np.log(same + lost + 1e-4) + np.log(PAST_PRIOR)).astype(np.float32)


def _against_emptied(empty: Emptied) -> NDArray[np.floating]:
    """What nights that ran empty hold against each share: it is not far from what they took.

    One night may be a link that broke or a feast; only those after the first count.
    """
    off = (SHARES - np.nan_to_num(empty.share)[:, None]) / np.float32(EMPTY_SHARE_SPREAD)
    return 0.5 * off**2 * np.clip(empty.nights - 1.0, 0.0, 3.0)[:, None]
