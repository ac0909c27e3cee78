"""The probability of going dark because of the battery within 28 and 56 days, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import Floats
from analytics.indicators.table import IndicatorTable
from analytics.prognosis.fact import Fact
from analytics.prognosis.facts import FACTS, facts
from analytics.prognosis.model import HORIZONS_DAYS, Model, Outlook, shipped_model
from collector.domain.device import Chemistry

FEW_NIGHTS, OF_DAYS = 10, 30
"""With fewer nights heard of the last 30, the age alone speaks [K]."""
MOST_REASONS = 3
SPEAKS_FOR = 0.05
"""Log-odds that a fact must add to be a reason."""
_FACT = {fact.name: fact for fact in FACTS}


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact that speaks for going dark, its number, and how much it adds to the log-odds."""

    fact: Fact
    value: float
    adds: float

    def said(self, language: str) -> str:
        """In words, "id" or "en"."""
        text = self.fact.reason.en if language == "en" else self.fact.reason.id
        number = f"{self.value * self.fact.scale:.{self.fact.digits}f}"
        return text.format(value=number if language == "en" else number.replace(".", ","))


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is foreseen for every system of a table, float32 of shape (systems,); NaN: unknown.

    ``few_data`` marks the systems of which too little was heard: theirs is the base rate of their
    age. ``parts`` (systems, facts) is what each of ``names`` adds to the log-odds of 8 weeks.
    """

    p_dark_4w: NDArray[np.float32]
    p_dark_8w: NDArray[np.float32]
    few_data: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    names: tuple[str, ...] = ()
    parts: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    values: Mapping[str, Floats] = field(default_factory=dict)
    usual: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """The value of each fact at which it adds nothing, shape as ``parts``."""

    def reasons(self, row: int) -> tuple[Reason, ...]:
        """The three strongest reasons for a system's darkness, strongest first; often fewer."""
        if self.few_data[row]:
            return ()
        found: list[Reason] = []
        for i in np.argsort(-self.parts[row], kind="stable").tolist():
            adds, fact = float(self.parts[row, i]), _FACT[self.names[i]]
            value = float(self.values[fact.name][row])
            if adds <= SPEAKS_FOR or len(found) == MOST_REASONS:
                break
            if fact.can_say(value, float(self.usual[row, i])):
                found.append(Reason(fact, value, adds))
        return tuple(found)


def forecast(table: IndicatorTable, day: int, model: Model | None = None) -> Forecast:
    """Probability of going dark within 28 and 56 days after column ``day``.

    Reads the columns up to ``day`` alone. Raises ModelError if the shipped file is broken, OSError.
    """
    model = model or shipped_model()
    known = facts(table, day)
    few = too_few(table, day)
    kinds = np.array([s.battery_chemistry for s in table.systems], object)
    weighed = {days: _weighed(model.outlooks[days], known, kinds) for days in HORIZONS_DAYS}
    four, eight = (
        np.where(
            few,
            model.outlooks[days].base_rate.at(known["age"]),
            model.outlooks[days].calibrated(found.log_odds),
        ).astype(np.float32)
        for days, found in weighed.items()
    )
    last = weighed[HORIZONS_DAYS[1]]
    names = tuple(fact.name for fact in FACTS)
    return Forecast(four, np.maximum(four, eight), few, names, last.parts, known, last.usual)


def too_few(table: IndicatorTable, day: int) -> NDArray[np.bool_]:
    """Systems of which fewer than 10 nights of the last 30 were heard, shape (systems,)."""
    heard = np.nan_to_num(table.window("night_seen", day, OF_DAYS)) > 0.0
    return heard.sum(axis=1) < FEW_NIGHTS


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What each fact adds and its usual value, (systems, facts); the log-odds, (systems,)."""

    parts: Floats
    usual: Floats
    log_odds: NDArray[np.float64]


def _weighed(outlook: Outlook, known: Mapping[str, Floats], kinds: NDArray[np.object_]) -> _Weighed:
    parts = np.zeros((kinds.size, len(FACTS)), np.float32)
    usual, log_odds = np.zeros_like(parts), np.zeros(kinds.size)
    column = {fact.name: i for i, fact in enumerate(FACTS)}
    for kind in Chemistry:
        mine = np.flatnonzero(kinds == kind)
        additive = outlook.additive.get(kind) or next(iter(outlook.additive.values()))
        at = [column[name] for name in additive.curves]
        adds = additive.parts({name: known[name][mine] for name in additive.curves})
        parts[mine[:, None], at] = adds
        usual[mine[:, None], at] = [curve.usual for curve in additive.curves.values()]
        log_odds[mine] = additive.constant + adds.sum(axis=1)
    return _Weighed(parts, usual, log_odds)
