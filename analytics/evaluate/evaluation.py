"""One evaluation from records to figures: tickets, forecasts, baselines, ceiling, goals."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analytics.evaluate.ceiling import capacity_features, has_capacity
from analytics.evaluate.foresight import (
    OURS,
    Scorer,
    horizon_figures,
    lead_figures,
    permuted_auroc,
    plain,
)
from analytics.evaluate.goals import goals
from analytics.evaluate.measures import Numbers
from analytics.evaluate.record import Record, read_record
from analytics.evaluate.regression import foreseen_elsewhere
from analytics.evaluate.simple_facts import COVERAGE, NAMES, WORSE, daily_facts, features
from analytics.evaluate.ticket_figures import scored, ticket_figures
from analytics.evaluate.weeks import Weeks, dark_within, weeks_of

SEED = 20_261_122
"""Of the resamples, so that the same files give the same figures."""
SIMULATED_NOTE = (
    "where a simulator made the answers, the figures are of that simulator (no labelled field data"
    " of panels or lamps is public)"
)
FIELD_NOTE = (
    "field data: a repair counts as the failure, causes are not told apart, and only batteries can"
    " be judged; groups of batteries stand for villages"
)


def evaluate_records(
    pairs: Sequence[tuple[Path, Path]], note: str = SIMULATED_NOTE
) -> dict[str, Any]:
    """Figures over (data, replayed) folders. Raises RecordError, OSError."""
    records = [read_record(data, replayed) for data, replayed in pairs]
    weeks = weeks_of(records)
    rng = np.random.default_rng(SEED)
    scorers = {OURS: Scorer(weeks.p_dark_4w, weeks.p_dark_8w)} | _others(records, weeks)
    gone = [(r.dark_day < r.end_day, r.abrupt) for r in records]
    dark = sum(int(d.sum()) for d, _ in gone)
    abrupt = sum(int((d & a).sum()) for d, a in gone) / dark if dark else np.nan
    figures: dict[str, Any] = {
        "note": note,
        "records": [str(r.folder) for r in records],
        "systems": sum(len(r.registry.systems) for r in records),
        "villages": sum(len(set(r.villages)) for r in records),
        "went_dark": dark,
        "abrupt_share": plain(abrupt),
        "abrupt_ceiling": plain(1.0 - abrupt / 2.0),
        "tickets": ticket_figures(scored(records), rng),
        "lead": lead_figures(weeks, scorers, rng),
        "horizon": horizon_figures(weeks, scorers, rng),
        "permuted_auroc": permuted_auroc(weeks, scorers[OURS], rng),
    }
    return figures | {"goals": goals(figures)}


def _others(records: Sequence[Record], weeks: Weeks) -> dict[str, Scorer]:
    """Baselines and, where the truth lies beside every record, the ceiling."""
    simple = np.concatenate([features(r, daily_facts(r)) for r in records])
    found = {name: _single(simple[:, i] * WORSE[i]) for i, name in enumerate(NAMES)}
    found["simple regression"] = _learner(simple, weeks)
    found["... without coverage"] = _learner(np.delete(simple, COVERAGE, axis=1), weeks)
    if all(has_capacity(r) for r in records):
        truth = np.concatenate([capacity_features(r) for r in records])
        found["ceiling"] = _learner(truth, weeks)
    return found


def _single(score: Numbers) -> Scorer:
    return Scorer(score, score)


def _learner(table: Numbers, weeks: Weeks) -> Scorer:
    foreseen = []
    for horizon in (4, 8):
        dark, known = dark_within(weeks, horizon)
        foreseen.append(foreseen_elsewhere(table, dark, known, weeks.village))
    return Scorer(*foreseen)
