"""Pauses between attempts: each twice the one before, and none quite like another's."""

import random


class Backoff:
    """Pauses from ``first_s`` up to ``last_s`` [s], until something succeeds."""

    def __init__(self, first_s: float, last_s: float) -> None:
        self._first_s, self._last_s = first_s, last_s
        self._pause_s = first_s

    def next_s(self) -> float:
        """How long to wait now [s]: half of this pause at least."""
        pause_s = self._pause_s
        self._pause_s = min(self._last_s, 2 * pause_s)
        return pause_s * random.uniform(0.5, 1.0)  # noqa: S311

    def succeeded(self) -> None:
        """Begin with the first pause again."""
        self._pause_s = self._first_s
