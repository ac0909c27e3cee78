"""Every number behind one system's judgement, in words and as one JSON object."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from analytics.archive.memory import NoArchive
from analytics.archive.refresh import Reading
from analytics.detectors import DETECTORS
from analytics.indicators.coverage import UNHEARD_DAYS
from analytics.indicators.daily import INDICATORS
from analytics.load import neighbourhoods
from analytics.look_back import looked_back
from collector.fleet.port import Fleet
from collector.store.port import ReadingStore

SHOWN_DAYS = 7


@dataclass(frozen=True, slots=True)
class Explanation:
    """One system as of one day: its last indicators and what each detector makes of them."""

    system: str
    as_of: date
    days: tuple[date, ...]
    indicators: list[dict[str, Any]]
    findings: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """For a program to read."""
        return {
            "system": self.system,
            "as_of": self.as_of.isoformat(),
            "days": [day.isoformat() for day in self.days],
            "indicators": self.indicators,
            "findings": self.findings,
        }

    def lines(self) -> list[str]:
        """For a person to read."""
        told = [f"{self.system} as of {self.as_of}", "", "Detectors:"]
        for finding in self.findings:
            word = (
                "SET" if finding["set"] else "clear" if finding["clear"] else "between or unknown"
            )
            numbers = ", ".join(f"{k} {_short(v)}" for k, v in finding["evidence"].items())
            told.append(f"  {finding['fault']:<20} {word:<18} {numbers}")
            if finding["set"]:
                told.append(f"    {finding['because']}")
        told += ["", "Indicators, " + ", ".join(day.strftime("%d %b") for day in self.days) + ":"]
        for indicator in self.indicators:
            values = " ".join(f"{_short(v):>7}" for v in indicator["values"])
            told.append(
                f"  {indicator['name']:<14} {indicator['unit']:<4} {values}   = "
                f"{indicator['equation']} ({indicator['source']})"
            )
        return told


def explain(store: ReadingStore, fleet: Fleet, code: str, as_of: date) -> Explanation:
    """Judge one system beside its neighbours and keep every number; nothing is written.

    Raises LookupError for an unknown code, StoreUnavailableError.
    """
    for place in neighbourhoods(fleet):
        codes = [s.code for s in place.systems]
        if code in codes:
            break
    else:
        raise LookupError(f"no system has the code {code}")
    row = codes.index(code)
    table = looked_back(Reading(store, fleet, NoArchive()), [place], [as_of], (), {})
    shown = slice(-SHOWN_DAYS, None)
    indicators = [
        {
            "name": i.name,
            "unit": i.unit,
            "equation": i.equation,
            "source": i.source,
            "values": [_number(v) for v in table[i.name][row, shown]],
        }
        for i in (*INDICATORS, UNHEARD_DAYS)
    ]
    findings = []
    for fault, detector in DETECTORS.items():
        with np.errstate(invalid="ignore", divide="ignore"):
            found = detector.judge(table, len(table.days) - 1)
        evidence = {name: float(values[row]) for name, values in found.evidence.items()}
        findings.append(
            {
                "fault": fault,
                "set": bool(found.set[row]),
                "clear": bool(found.clear[row]),
                "severity": _number(found.severity[row]),
                "evidence": {name: _number(value) for name, value in evidence.items()},
                "because": detector.because.said("en", evidence),
            }
        )
    return Explanation(code, as_of, table.days[shown], indicators, findings)


def _number(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
