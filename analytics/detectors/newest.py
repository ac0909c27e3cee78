"""An answer that several detectors ask for in the same night is computed once."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from analytics.indicators.table import IndicatorTable

T = TypeVar("T")


def kept_for_the_night(
    made: Callable[[IndicatorTable, int], T],
) -> Callable[[IndicatorTable, int], T]:
    """Keep the newest answer of a pure function of (table, day); a table is known by identity.

    One table at most is held, so that nothing old is kept alive for long.
    """
    newest: list[tuple[IndicatorTable, int, T]] = []

    @wraps(made)
    def answer(table: IndicatorTable, day: int) -> T:
        if newest:
            its_table, its_day, its_answer = newest[0]
            if its_table is table and its_day == day:
                return its_answer
        found = made(table, day)
        newest[:] = [(table, day, found)]
        return found

    return answer
