"""A Victron charger's VE.Direct port: text frames on a pseudo terminal, sent whoever listens."""

import os
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from collector.controllers.controller_map import ControllerMap
from collector.controllers.vedirect import fields_of, frame_of
from device_sim.links.registers import State, words_of

EVERY_S = 1.0
"""The maker's chargers send one frame a second."""


class VeDirectLine:
    """One charger. ``sample()`` is called for every frame; while it gives nothing it is silent."""

    def __init__(
        self, controller: ControllerMap, sample: Callable[[], State], *, every_s: float = EVERY_S
    ) -> None:
        self._controller = controller
        self._sample = sample
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._link: Path | None = None
        self._ends: tuple[int, int] | None = None

    def start(self, link: Path) -> None:
        """Send from a thread of its own; ``link`` becomes a name of the terminal to listen at.

        Raises OSError when the name is taken.
        """
        ends = os.openpty()
        try:
            link.symlink_to(os.ttyname(ends[1]))
        except OSError:
            _close(ends)
            raise
        tty.setraw(ends[1])
        os.set_blocking(ends[0], False)
        self._ends, self._link = ends, link
        self._stop.clear()
        self._thread = threading.Thread(target=self._send, args=ends[:1], daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Fall silent and take the name away; harmless when it is not started."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        if self._link:
            self._link.unlink(missing_ok=True)
        if self._ends:
            _close(self._ends)
        self._thread = self._link = self._ends = None

    def _send(self, line: int) -> None:
        while not self._stop.is_set():
            if state := self._sample():
                words = words_of(self._controller, state)
                # Where nobody listens the terminal is full, and the text is lost as on a wire.
                with suppress(BlockingIOError):
                    os.write(line, frame_of(fields_of(self._controller, words)))
            self._stop.wait(self._every_s)


def _close(ends: tuple[int, int]) -> None:
    for end in ends:
        os.close(end)
