"""The figures of the forecasts: every scorer at every lead, and how true the probabilities are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.evaluate.decide import decided_elsewhere
from analytics.evaluate.measures import (
    Numbers,
    Ranking,
    auprc,
    auroc,
    balanced_accuracy,
    brier_skill,
    reliability,
    top_precision,
)
from analytics.evaluate.weeks import (
    HORIZON_WEEKS,
    LEAD_WEEKS,
    STRATA,
    Weeks,
    before_darkness,
    dark_within,
    lit_for,
)

OURS = "ours"
HORIZONS = (4, 8)
RESAMPLES = 200
SHORT_LEAD_WEEKS = 2
"""Up to this lead the 4-week probability is the one asked, above it the 8-week one."""
INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Scorer:
    """A score of every week for short leads and one for long ones; higher is worse."""

    short: Numbers
    long: Numbers

    def at(self, lead_weeks: int) -> Numbers:
        """The score to ask at a lead."""
        return self.short if lead_weeks <= SHORT_LEAD_WEEKS else self.long


def prevalence(weeks: Weeks) -> float:
    """Share of the weeks whose home goes dark within the horizon, as it truly is in the record."""
    dark, known = dark_within(weeks, HORIZON_WEEKS)
    return float(dark[known].mean()) if known.any() else np.nan


def lead_figures(
    weeks: Weeks, scorers: Mapping[str, Scorer], rng: np.random.Generator
) -> dict[str, Any]:
    """``[lead][stratum][scorer]`` -> each figure as {value, low, high}, with counts of cases."""
    draws = draws_of(_villages(weeks), rng)
    rate = prevalence(weeks)
    found: dict[str, Any] = {}
    for lead in LEAD_WEEKS:
        lit = lit_for(weeks, lead)
        found[str(lead)] = {}
        for stratum in STRATA:
            dark = before_darkness(weeks, lead, stratum)
            told: dict[str, Any] = {"homes": int(dark.sum()), "control_weeks": int(lit.sum())}
            if dark.any() and lit.any():
                for name, scorer in scorers.items():
                    drawn = draws if name == OURS else draws[:0]
                    told[name] = _figures(weeks, scorer.at(lead), dark, lit, drawn, rate)
            found[str(lead)][stratum] = told
    return found


def horizon_figures(
    weeks: Weeks, scorers: Mapping[str, Scorer], rng: np.random.Generator
) -> dict[str, Any]:
    """``[horizon][scorer]`` at the true rate; calibration too for what is a probability."""
    draws = draws_of(_villages(weeks), rng)
    found: dict[str, Any] = {}
    for horizon in HORIZONS:
        dark, known = dark_within(weeks, horizon)
        told: dict[str, Any] = {"weeks": int(known.sum()), "dark": int(dark.sum())}
        if dark.any() and (known & ~dark).any():
            rate = float(dark[known].mean())
            told["prevalence"] = round(rate, 5)
            for name, scorer in scorers.items():
                score = scorer.short if horizon == HORIZONS[0] else scorer.long
                drawn = draws if name == OURS else draws[:0]
                figures = _figures(weeks, score, dark, known & ~dark, drawn, rate)
                told[name] = figures
                if np.nanmax(score) <= 1.0 and np.nanmin(score) >= 0.0:
                    told[name] |= _calibration(weeks, score, dark, known, drawn)
            told["late_picks"] = _late_picks(weeks, scorers[OURS].long, dark, known)
        found[str(horizon)] = told
    return found


def _figures(
    weeks: Weeks,
    score: Numbers,
    dark: NDArray[np.bool_],
    lit: NDArray[np.bool_],
    draws: NDArray[np.int64],
    rate: float,
) -> dict[str, Any]:
    cases = np.flatnonzero(dark | lit)
    village, label = weeks.village[cases], dark[cases]
    ranking = Ranking.of(score[cases])
    decided = decided_elsewhere(score[cases], label, village)

    def measured(weight: Numbers) -> list[float]:
        positive, negative = weight * label, weight * ~label
        if not positive.sum() or not negative.sum():
            return [np.nan] * 4
        curve = ranking.curve(positive, negative)
        return [
            balanced_accuracy(decided, positive, negative),
            auroc(curve),
            auprc(curve, rate),
            top_precision(curve, rate),
        ]

    values = measured(np.ones(cases.size))
    drawn = [measured(draw[village].astype(np.float64)) for draw in draws]
    names = ("balanced_accuracy", "auroc", "auprc", "top_1_percent_precision")
    return {
        n: with_interval(v, [d[i] for d in drawn])
        for i, (n, v) in enumerate(zip(names, values, strict=True))
    }


def _calibration(
    weeks: Weeks,
    p: Numbers,
    dark: NDArray[np.bool_],
    known: NDArray[np.bool_],
    draws: NDArray[np.int64],
) -> dict[str, Any]:
    cases = known & np.isfinite(p)
    label = dark[cases]
    drawn = [
        brier_skill(p[cases], label, d[weeks.village[cases]].astype(np.float64)) for d in draws
    ]
    value = brier_skill(p[cases], label, np.ones(label.size))
    bins = [[round(a, 5), round(b, 5), n] for a, b, n in reliability(p[cases], label)]
    return {"brier_skill": with_interval(value, drawn), "reliability": bins}


def _late_picks(
    weeks: Weeks, score: Numbers, dark: NDArray[np.bool_], known: NDArray[np.bool_]
) -> float | None:
    """Of the wrong picks in the top 1 %: the share whose home does go dark, only later."""
    cases = np.flatnonzero(known)
    top = cases[np.argsort(-score[cases], kind="stable")][: max(1, cases.size // 100)]
    wrong = top[~dark[top]]
    return round(float(np.isfinite(weeks.dark_day[wrong]).mean()), 3) if wrong.size else None


def permuted_auroc(
    weeks: Weeks, scorer: Scorer, rng: np.random.Generator, times: int = 100
) -> dict[str, Any]:
    """AUROC when darkness is dealt to homes by lot: chance, if nothing leaks."""
    homes, first = np.unique(weeks.home, return_index=True)
    place = np.searchsorted(homes, weeks.home)
    ranking = Ranking.of(scorer.long)
    found = []
    for _ in range(times):
        dealt = weeks.dark_day[first][rng.permutation(homes.size)][place]
        dark, known = dark_within(replace(weeks, dark_day=dealt), HORIZON_WEEKS)
        lit = known & ~dark
        if dark.any() and lit.any():
            found.append(auroc(ranking.curve(dark.astype(float), lit.astype(float))))
    return with_interval(float(np.mean(found)) if found else np.nan, found)


def with_interval(value: float, drawn: list[float]) -> dict[str, Any]:
    """A figure with the 95 % interval of its resamples, None where there is none."""
    known = [d for d in drawn if np.isfinite(d)]
    low, high = np.percentile(known, INTERVAL) if len(known) > 1 else (np.nan, np.nan)
    return {"value": plain(value), "low": plain(low), "high": plain(high)}


def plain(value: float) -> float | None:
    """Rounded for a file; None for what is not known."""
    return round(float(value), 4) if np.isfinite(value) else None


def _villages(weeks: Weeks) -> int:
    return int(weeks.village.max(initial=-1)) + 1


def draws_of(villages: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How often each village is drawn in each resample, (RESAMPLES, villages)."""
    return rng.multinomial(villages, np.full(villages, 1.0 / max(villages, 1)), RESAMPLES)
