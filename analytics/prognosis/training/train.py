"""From system-weeks to a model: curves, then calibration by fleets or villages held out."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from analytics.prognosis.curves import Additive
from analytics.prognosis.facts import FACTS
from analytics.prognosis.model import HORIZONS_DAYS, BaseRate, Model, Outlook
from analytics.prognosis.training.calibrate import calibration
from analytics.prognosis.training.fit import Cases, fitted
from analytics.prognosis.training.weeks import SystemWeeks
from collector.domain.device import Chemistry

Flags = NDArray[np.bool_]
FOLDS = 5
LIT_KEPT = 8
"""One in so many of the weeks that stay lit is fitted to, and weighs as many: enough, and quick."""
FEWEST_DARK = 20
"""Weeks before darkness below which a chemistry has no curves of its own."""
DRAWN = 500.0
"""Weeks by which the share of an age is drawn towards that of all."""
AGES_YEARS = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0)


def train(weeks: SystemWeeks, version: str, card: Mapping[str, Any], seed: int = 1) -> Model:
    """Fit both horizons. Raises ValueError where no week or every week ends in darkness."""
    return Model(version, card, {days: _outlook(weeks, days, seed) for days in HORIZONS_DAYS})


def _outlook(weeks: SystemWeeks, days: int, seed: int) -> Outlook:
    dark, case = weeks.outcome(days)
    if not dark.any() or not (case & ~dark).any():
        raise ValueError(f"within {days} days: homes that go dark and homes that do not are needed")
    told = case & ~weeks.few
    log_odds = np.full(dark.size, np.nan)
    fold = _folds(weeks)
    for part in np.unique(fold).tolist():
        others, held = told & (fold != part), told & (fold == part)
        if (others & dark).any() and (others & ~dark).any():
            log_odds[held] = raw(curves_by_chemistry(weeks, dark, others, seed), weeks, held)
    known = np.isfinite(log_odds)
    if not known.any():
        raise ValueError(f"within {days} days: homes that go dark in two villages are needed")
    return Outlook(
        curves_by_chemistry(weeks, dark, told, seed),
        calibration(log_odds[known], dark[known]),
        _base_rate(weeks, dark, case),
    )


def _folds(weeks: SystemWeeks) -> NDArray[np.int64]:
    """Whole fleets are held out where there are enough of them, else villages."""
    fleets = np.unique(weeks.fleet).size
    return (weeks.fleet if fleets >= FOLDS else weeks.village) % FOLDS


def curves_by_chemistry(
    weeks: SystemWeeks, dark: Flags, chosen: Flags, seed: int
) -> dict[Chemistry, Additive]:
    """Curves of each chemistry that has enough weeks before darkness among the chosen."""
    draw = np.random.default_rng(seed).random(dark.size) < 1.0 / LIT_KEPT
    kept = chosen & (dark | draw)
    weight = np.where(dark, 1.0, float(LIT_KEPT))
    every = Cases(weeks.values, dark, weight)
    found = {}
    for kind in Chemistry:
        mine = kept & (weeks.lithium == (kind is Chemistry.LFP))
        if (mine & dark).sum() >= FEWEST_DARK and (mine & ~dark).any():
            found[kind] = fitted(every.part(mine), FACTS)
    return found or {Chemistry.LEAD_ACID: fitted(every.part(kept), FACTS)}


def raw(
    curves: Mapping[Chemistry, Additive], weeks: SystemWeeks, chosen: Flags
) -> NDArray[np.float64]:
    """Log-odds of the chosen weeks before calibration."""
    found = np.zeros(chosen.size)
    for lithium in (False, True):
        kind = Chemistry.LFP if lithium else Chemistry.LEAD_ACID
        additive = curves.get(kind) or next(iter(curves.values()))
        mine = chosen & (weeks.lithium == lithium)
        values = {name: weeks.values[name][mine] for name in additive.curves}
        found[mine] = additive.constant + additive.parts(values).sum(axis=1)
    return found[chosen]


def _base_rate(weeks: SystemWeeks, dark: Flags, case: Flags) -> BaseRate:
    """Shares by age, drawn towards the whole's; older never less (pool adjacent violators)."""
    place = np.searchsorted(AGES_YEARS, weeks.values["age"][case])
    size = len(AGES_YEARS) + 1
    many = np.bincount(place, minlength=size).astype(np.float64)
    gone = np.bincount(place, dark[case], size)
    mean = float(dark[case].mean())
    shares = isotonic_regression(
        (gone + DRAWN * mean) / (many + DRAWN), weights=many + DRAWN, increasing=True
    )
    return BaseRate(AGES_YEARS, tuple(shares.x.tolist()))
