"""Every number behind one system's judgement, in words and as one JSON object."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from analytics.archive.memory import NoArchive, UnchangedArchive
from analytics.archive.port import IndicatorArchive
from analytics.archive.refresh import Reading, late_days
from analytics.detectors import DETECTORS
from analytics.indicators.coverage import UNHEARD_DAYS
from analytics.indicators.daily import INDICATORS
from analytics.indicators.definition import Indicator
from analytics.indicators.field_events import EVENT_COLUMNS, FieldEvent
from analytics.indicators.table import IndicatorTable
from analytics.load import Neighbourhood, day_blocks, neighbourhoods
from analytics.look_back import as_of_s, looked_back
from analytics.prognosis.forecast import forecast
from analytics.quality.clean import excluded
from collector.domain.clock import DAY_S
from collector.fleet.port import Fleet
from collector.store.port import ReadingStore

SHOWN_DAYS = 7
_TOLD = tuple(
    Indicator(name, "1", "1 on the day it is known to have been done", "people")
    for name in EVENT_COLUMNS.values()
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One system as of one day: what was measured, left out, found and foreseen.

    ``left_out`` names the readings that no indicator looked at, by day, mask and field.
    """

    system: str
    as_of: date
    days: tuple[date, ...]
    history_days: int
    indicators: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    foreseen: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """For a program to read."""
        return {
            "system": self.system,
            "as_of": self.as_of.isoformat(),
            "days": [day.isoformat() for day in self.days],
            "history_days": self.history_days,
            "indicators": self.indicators,
            "left_out": self.left_out,
            "findings": self.findings,
            "foreseen": self.foreseen,
        }

    def lines(self) -> list[str]:
        """For a person to read."""
        told = [f"{self.system} as of {self.as_of}, on {self.history_days} days of history", ""]
        told += ["Detectors:", *(line for f in self.findings for line in _finding_lines(f))]
        told += ["", "Dark because of the battery:", *_foreseen_lines(self.foreseen)]
        told += ["", "Readings left out in these days:"]
        told += [
            f"  {out['day']}  {out['field']:<22} {out['readings']} of {out['of']}: {out['mask']}"
            for out in self.left_out
        ] or ["  none"]
        told += ["", "Indicators, " + ", ".join(day.strftime("%d %b") for day in self.days) + ":"]
        for indicator in self.indicators:
            values = " ".join(f"{_short(v):>7}" for v in indicator["values"])
            told.append(
                f"  {indicator['name']:<14} {indicator['unit']:<4} {values}   = "
                f"{indicator['equation']} ({indicator['source']})"
            )
        return told


def explain(
    store: ReadingStore,
    fleet: Fleet,
    code: str,
    as_of: date,
    *,
    archive: IndicatorArchive | None = None,
    events: Sequence[FieldEvent] = (),
) -> Explanation:
    """Judge one system beside its neighbours and keep every number; nothing is written.

    Raises LookupError for an unknown code, StoreUnavailableError.
    """
    place = next((p for p in neighbourhoods(fleet) if code in {s.code for s in p.systems}), None)
    if place is None:
        raise LookupError(f"no system has the code {code}")
    row = [s.code for s in place.systems].index(code)
    reading = Reading(store, fleet, UnchangedArchive(archive) if archive else NoArchive())
    late = late_days(reading, reading.archive.heard_until_s(as_of_s(as_of))[1])
    table = looked_back(reading, [place], [as_of], events, late)
    return Explanation(
        code,
        as_of,
        table.days[-SHOWN_DAYS:],
        len(table.days),
        [_indicator(i, table, row) for i in (*INDICATORS, UNHEARD_DAYS, *_TOLD)],
        _left_out(reading, place, row, table.days[-SHOWN_DAYS:]),
        [_finding(fault, table, row) for fault in DETECTORS],
        _foreseen(table, row),
    )


def _indicator(indicator: Indicator, table: IndicatorTable, row: int) -> dict[str, Any]:
    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "equation": indicator.equation,
        "source": indicator.source,
        "values": [_number(v) for v in table[indicator.name][row, -SHOWN_DAYS:]],
    }


def _left_out(
    reading: Reading, place: Neighbourhood, row: int, days: Sequence[date]
) -> list[dict[str, Any]]:
    """Readings of a system's local days that a mask excludes, and how many there were."""
    found: list[dict[str, Any]] = []
    blocks = day_blocks(reading.store, reading.fleet, place, days[0], len(days))
    for day, block in zip(days, blocks, strict=True):
        samples = DAY_S // block.step_s
        for mask, by_field in excluded(block).items():
            for field, flags in by_field.items():
                count = int(np.count_nonzero(flags[row, -samples:]))
                of = int(np.count_nonzero(np.isfinite(block[field][row, -samples:])))
                if count:
                    found.append(
                        {
                            "day": day.isoformat(),
                            "mask": mask,
                            "field": field,
                            "readings": count,
                            "of": of,
                        }
                    )
    return found


def _finding(fault: str, table: IndicatorTable, row: int) -> dict[str, Any]:
    detector = DETECTORS[fault]
    with np.errstate(invalid="ignore", divide="ignore"):
        found = detector.judge(table, len(table.days) - 1)
    evidence = {name: float(values[row]) for name, values in found.evidence.items()}
    return {
        "fault": fault,
        "set": bool(found.set[row]),
        "clear": bool(found.clear[row]),
        "severity": _number(found.severity[row]),
        "evidence": {name: _number(value) for name, value in evidence.items()},
        "because": detector.because.said("en", evidence),
        "part": detector.part.said("en", evidence),
        "check": detector.check.said("en", evidence),
    }


def _finding_lines(finding: dict[str, Any]) -> list[str]:
    word = "SET" if finding["set"] else "clear" if finding["clear"] else "between or unknown"
    numbers = ", ".join(f"{k} {_short(v)}" for k, v in finding["evidence"].items())
    told = [f"  {finding['fault']:<24} {word:<18} {numbers}"]
    if finding["set"]:
        told += [f"    {finding[name]}" for name in ("because", "part", "check")]
    return told


def _foreseen(table: IndicatorTable, row: int) -> dict[str, Any]:
    seen = forecast(table, len(table.days) - 1)
    return {
        "p_dark_4w": _number(seen.p_dark_4w[row]),
        "p_dark_8w": _number(seen.p_dark_8w[row]),
        "few_data": bool(seen.few_data[row]),
        "reasons": [
            {"fact": r.fact.name, "value": _number(r.value), "said": r.said("en")}
            for r in seen.reasons(row)
        ],
    }


def _foreseen_lines(foreseen: dict[str, Any]) -> list[str]:
    four, eight = foreseen["p_dark_4w"], foreseen["p_dark_8w"]
    if four is None or eight is None:
        return ["  not foreseen"]
    told = [f"  within 4 weeks {100 * four:.1f} %, within 8 weeks {100 * eight:.1f} %"]
    if foreseen["few_data"]:
        told.append("  too few data: this is what is usual at its age")
    return told + [f"  {reason['said']}" for reason in foreseen["reasons"]]


def _number(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
