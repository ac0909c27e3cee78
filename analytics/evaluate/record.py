"""One record with its replay and its answers, read for an evaluation."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analytics.evaluate.answers import Answer, Darkness, first_darkness, read_answers
from analytics.evaluate.rows import TicketRow, read_tickets
from analytics.replay.output import FORECASTS, TICKETS
from analytics.replay.registry import RecordError, RecordRegistry, read_registry
from collector.domain.clock import DAY_S

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Rows of forecasts.csv; ``system`` is a row of the registry, days count from 1970 (UTC)."""

    system: NDArray[np.int64]
    as_of: NDArray[np.int64]
    p_dark_4w: NDArray[np.float64]
    p_dark_8w: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the scorer sees it.

    ``heard_from`` is the day of each system's first forecast, infinite for one without; ``end_day``
    the last night judged. ``dark_day`` and ``abrupt`` (systems,) tell when and how the battery
    first left each home dark; infinite where it never did.
    """

    folder: Path
    registry: RecordRegistry
    answers: Sequence[Answer]
    tickets: Sequence[TicketRow]
    forecasts: Forecasts
    heard_from: NDArray[np.float64]
    end_day: int
    dark_day: NDArray[np.float64]
    abrupt: NDArray[np.bool_]

    @property
    def villages(self) -> list[str]:
        """The village of each system."""
        return [s.village for s in self.registry.systems]

    @property
    def end_s(self) -> float:
        """The end of the record, UTC seconds."""
        return float(self.end_day * DAY_S)


def read_record(data: Path, replayed: Path) -> Record:
    """Everything but the readings. Raises RecordError that says which file is wrong, OSError."""
    registry = read_registry(data / "registry.csv")
    try:
        answers = read_answers(data / "answers.csv")
        tickets = read_tickets(replayed / TICKETS, registry)
        forecasts = _forecasts(replayed / FORECASTS, registry)
    except (KeyError, ValueError) as error:
        raise RecordError(f"{data} or {replayed}: not in the replay format: {error}") from error
    heard_from = np.full(len(registry.systems), inf)
    np.minimum.at(heard_from, forecasts.system, forecasts.as_of)
    last_s = max((a.start_s for a in answers), default=0.0)
    end_day = int(forecasts.as_of.max(initial=int(last_s // DAY_S)))
    darkness = first_darkness(answers)
    dark = [darkness.get(s.code, Darkness()) for s in registry.systems]
    return Record(
        data,
        registry,
        answers,
        tickets,
        forecasts,
        heard_from,
        end_day,
        np.array([d.day for d in dark], np.float64),
        np.array([d.abrupt for d in dark], bool),
    )


def _forecasts(path: Path, registry: RecordRegistry) -> Forecasts:
    row_of = {s.code: row for row, s in enumerate(registry.systems)}
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [
            (
                row_of[row["serial"]],
                date.fromisoformat(row["as_of"][:10]).toordinal() - _EPOCH,
                float(row["p_dark_4w"]),
                float(row["p_dark_8w"]),
            )
            for row in csv.DictReader(file)
            if row["serial"] in row_of and row["p_dark_4w"] and row["p_dark_8w"]
        ]
    table = np.array(rows, np.float64).reshape(-1, 4)
    return Forecasts(
        table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2], table[:, 3]
    )
