"""What a detector is: a fault code, words for technicians, a pure function of indicators.

A detector's thresholds are the plain numbers in capitals of its own file, each with its source.
`judge` reads them where it uses them (no default arguments, nothing worked out from them at
import), so that a rehearsal can run the same file with other numbers; see analytics/rehearsal.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

_EMPTY_ASIDE = re.compile(r" \((?:[^()0-9]* )?- [^()0-9]*\)")
"""An aside in which an unknown number stands and no known one."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Indonesian and English. ``{name}`` is filled in from the evidence."""

    id: str
    en: str

    def said(self, language: str, evidence: Mapping[str, float] | None = None) -> str:
        """The text in "id" or "en", with evidence filled in (decimal comma in Indonesian).

        An aside in parentheses that turns out to hold unknown numbers only is left out.
        """
        text = self.en if language == "en" else self.id
        if not evidence:
            return text
        filled = text.format_map(_Numbers(evidence, "." if language == "en" else ","))
        return _EMPTY_ASIDE.sub("", filled)


class _Numbers(dict[str, str]):
    """Evidence as words: at most one decimal; what is unknown or missing as a dash."""

    def __init__(self, evidence: Mapping[str, float], point: str) -> None:
        super().__init__({k: _number(v).replace(".", point) for k, v in evidence.items()})

    def __missing__(self, key: str) -> str:
        return "-"


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "-"
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"


@dataclass(frozen=True, slots=True)
class Findings:
    """What a detector says of every system, all arrays of shape (systems,).

    ``set`` is whether the evidence is strong enough to raise a ticket; ``clear`` whether it is gone
    (between the two levels an open ticket stays); ``severity`` is 0..1; ``evidence`` has a column
    for each number that the texts name.
    """

    set: NDArray[np.bool_]
    clear: NDArray[np.bool_]
    severity: NDArray[np.float32]
    evidence: Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Detector:
    """One fault: how it is seen, what it means and what the technician does about it.

    ``judge(table, day)`` reads the indicators of the days up to and including column ``day``.
    ``status`` is what a system with this finding is called; ``due_in_days`` counts from opening.
    """

    fault: str
    title: Text
    because: Text
    part: Text
    check: Text
    status: SystemStatus
    due_in_days: float
    judge: Callable[[IndicatorTable, int], Findings]
