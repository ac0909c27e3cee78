"""How much may be under way at once: little of each publisher, and not too much of all."""

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
    """Counts uploads, or downloads, under way. For one thread."""

    def __init__(self, of_all: int | None = None, of_one: int | None = None) -> None:
        self._of_all, self._of_one = of_all, of_one
        self._taken: Counter[str] = Counter()

    @contextmanager
    def one_of(self, publisher: str) -> Iterator[None]:
        """Hold a slot for the length of a `with`. Raises RefusedError when there is none."""
        if self._taken[publisher] >= (self._of_one or OF_ONE):
            raise RefusedError(TOO_MANY)
        if self._taken.total() >= (self._of_all or OF_ALL):
            raise RefusedError(NO_ROOM, "too many are under way")
        self._taken[publisher] += 1
        try:
            yield
        finally:
            self._taken[publisher] -= 1
            self._taken += Counter()  # forgets those that have none
