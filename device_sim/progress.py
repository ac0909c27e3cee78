"""What a run says of itself: JSON lines on standard output, or words on standard error."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

Tell = Callable[[str, dict[str, int]], None]
"""Told of progress: the event's name and its numbers."""

_EVERY_S = 5.0
_HOUR_S, _MINUTE_S = 3600, 60


def as_json(event: str, numbers: dict[str, int]) -> None:
    """One JSON object a line, for programs."""
    sys.stdout.write(json.dumps({"event": event, **numbers}) + "\n")
    sys.stdout.flush()


@dataclass
class Words:
    """Progress for a person: a line every five seconds at most, and how long it will take yet.

    ``clock`` gives seconds that only grow.
    """

    clock: Callable[[], float]
    out: TextIO = field(default_factory=lambda: sys.stderr)
    _began_s: float = field(init=False)
    _told_s: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        self._began_s = self.clock()

    def __call__(self, event: str, numbers: dict[str, int]) -> None:
        """Say what happened; of what is still going on only now and then."""
        done, of = _how_far(numbers)
        now_s = self.clock()
        if done < of and now_s - self._told_s < _EVERY_S:
            return
        self._told_s = now_s
        said = ", ".join(f"{name} {number:,}" for name, number in numbers.items())
        left = f"; {_duration((now_s - self._began_s) / done * (of - done))} left" if done else ""
        left = left if done < of else ""
        print(f"{event.replace('_', ' ')}: {said.replace(', of ', ' of ')}{left}", file=self.out)


def _how_far(numbers: dict[str, int]) -> tuple[int, int]:
    """The number before ``of``, and that; (0, 0) when nothing is counted up to an end."""
    names = list(numbers)
    if "of" not in numbers or names.index("of") == 0:
        return 0, 0
    return numbers[names[names.index("of") - 1]], numbers["of"]


def _duration(seconds: float) -> str:
    if seconds >= _HOUR_S:
        return f"{seconds / _HOUR_S:.1f} h"
    if seconds >= _MINUTE_S:
        return f"{seconds / _MINUTE_S:.0f} min"
    return f"{seconds:.0f} s"
