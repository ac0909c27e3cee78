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
    speaks: int = 0
    """Where ``worse`` is 0: its words are true above (+1) or below (-1) the usual value."""
    scale: float = 1.0
    """The number in the words is the fact times this (100 for percent)."""
    digits: int = 0

    def can_say(self, value: float, usual: float) -> bool:
        """Whether its words are true of a value, and its number not zero or below."""
        if (value - usual) * (self.worse or self.speaks) <= 0.0:
            return False
        return "{value}" not in self.reason.en or round(value * self.scale, self.digits) > 0.0
