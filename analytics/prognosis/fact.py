"""A fact: one number of a system that the prognosis weighs, and its words for people."""

from dataclasses import dataclass

from analytics.detectors.detector import Text


@dataclass(frozen=True, slots=True)
class Fact:
    """What is weighed.

    ``worse`` says what physics knows: +1 more is never a better sign, -1 less never is, 0 either.
    ``reason`` is said where the fact speaks for going dark; ``{value}`` is the number in it.
    """

    name: str
    unit: str
    worse: int
    reason: Text
    scale: float = 1.0
    """The number in the words is the fact times this (100 for percent)."""
    digits: int = 0
