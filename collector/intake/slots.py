"""How many uploads may be under way at once: few of each publisher, and not too many of all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from collector.intake.problems import NO_ROOM, TOO_MANY, Problem

OF_ALL, OF_ONE = 12, 3
"""Each may hold its upload and what it inflates to in memory."""


class RefusedError(Exception):
    """An upload that is not taken in, and the answer to it."""

    def __init__(self, problem: Problem, said: str = "") -> None:
        super().__init__(problem.slug)
        self.problem, self.said = problem, said


class Slots:
    """Counts uploads under way. For one thread."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def one_of(self, publisher: str) -> Iterator[None]:
        """Hold a slot for the length of a `with`. Raises RefusedError when there is none."""
        if self._taken[publisher] >= OF_ONE:
            raise RefusedError(TOO_MANY)
        if self._taken.total() >= OF_ALL:
            raise RefusedError(NO_ROOM, "too many uploads are under way")
        self._taken[publisher] += 1
        try:
            yield
        finally:
            self._taken[publisher] -= 1
            self._taken += Counter()  # forgets those that have none
