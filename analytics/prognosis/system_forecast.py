"""What is foreseen for one system, as it is kept and shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from analytics.prognosis.forecast import Forecast, Reason


@dataclass(frozen=True, slots=True)
class SystemForecast:
    """One system as of a moment (UTC seconds): probabilities of going dark, and why.

    ``few_data``: too little was heard; the probabilities are what is usual at the battery's age.
    """

    system: str
    as_of_s: float
    p_dark_4w: float
    p_dark_8w: float
    few_data: bool = False
    reasons: tuple[Reason, ...] = ()


def system_forecasts(
    foreseen: Forecast, systems: Sequence[str], as_of_s: float
) -> list[SystemForecast]:
    """The forecasts of a table's systems, by row; what is not foreseen is left out."""
    found = []
    pairs = zip(foreseen.p_dark_4w.tolist(), foreseen.p_dark_8w.tolist(), strict=True)
    for row, (four, eight) in enumerate(pairs):
        if isfinite(four) and isfinite(eight):
            few = bool(foreseen.few_data[row])
            reasons = foreseen.reasons(row)
            found.append(SystemForecast(systems[row], as_of_s, four, eight, few, reasons))
    return found
