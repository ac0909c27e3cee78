"""Tells a person how far long work is: one line that renews itself, or a line now and then."""

import sys
import time
from typing import TextIO

from collector.domain.clock import Clock

_EVERY_S = 5.0


class Progress:
    """Stages with their seconds. On a terminal a stage's line renews itself."""

    def __init__(self, out: TextIO | None = None, monotonic: Clock = time.monotonic) -> None:
        """Write to ``out``, standard output by default; ``monotonic`` times the stages [s]."""
        self._monotonic = monotonic
        self._out = out or sys.stdout
        self._live = self._out.isatty()
        self._said_s, self._said = 0.0, ""
        self._started_s = self._monotonic()
        self._stage = ""
        self.seconds: dict[str, float] = {}

    def stage(self, name: str, words: str) -> None:
        """Begin a stage; the one before is ended and its seconds are kept under its name."""
        self.end()
        self._stage, self._started_s = name, self._monotonic()
        self._said_s, self._said = 0.0, ""
        self.say(words)

    def end(self) -> None:
        """End the stage at hand."""
        if self._stage:
            self.seconds[self._stage] = round(self._monotonic() - self._started_s, 1)
            self._stage = ""

    def step(self, done: int, of: int, what: str) -> None:
        """How far the stage is; said a few times a second on a terminal, else every few seconds.

        As long as nothing changes it is not said again.
        """
        now_s = self._monotonic()
        if now_s - self._said_s < (0.2 if self._live else _EVERY_S):
            return
        text = f"  {100 * done // max(of, 1):3d} %  {done:,} of {of:,} {what}"
        if text == self._said:
            return
        self._said_s, self._said = now_s, text
        if self._live:
            self._out.write(f"\r\x1b[2K{text}")
        else:
            self._out.write(f"{text}\n")
        self._out.flush()

    def say(self, words: str) -> None:
        """A line of its own."""
        self._out.write(("\r\x1b[2K" if self._live else "") + words + "\n")
        self._out.flush()
