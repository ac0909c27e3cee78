"""The processes that the demonstration starts beside itself, and stops again."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

STOP_WITHIN_S = 10.0
Event = Callable[[dict[str, Any]], None]


class ChildFailedError(Exception):
    """A process ended that should have gone on; the message names its log."""


class Child:
    """One process in a group of its own, so that Ctrl-C reaches it through us, in our order."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        on_event: Event | None = None,
    ) -> None:
        """Start it. ``on_event`` gets every JSON object that it prints on standard output."""
        self.name = name
        self._log_path = log
        with log.open("ab") as log_file:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if on_event else log_file,
                stderr=log_file,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        self._reader = threading.Thread(target=self._read, args=(on_event,), daemon=True)
        if on_event:
            self._reader.start()

    @property
    def running(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    def must_run(self) -> None:
        """Raise ChildFailedError with the end of its log if it has ended."""
        if not self.running:
            told = self._log_path.read_text(errors="replace").strip().splitlines()[-5:]
            raise ChildFailedError(
                f"{self.name} ended with code {self._process.returncode}. "
                f"Its log is {self._log_path}:\n  " + "\n  ".join(told)
            )

    def stop(self) -> int:
        """End it: politely, then by force. Returns its exit code."""
        if self.running:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        code = self._process.wait()
        if self._reader.is_alive():
            self._reader.join(STOP_WITHIN_S)
        return code

    def _read(self, on_event: Event | None) -> None:
        for line in self._process.stdout or ():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if on_event and isinstance(event, dict):
                on_event(event)


def module(name: str, *arguments: str) -> list[str]:
    """The command line that runs one of our modules with this very Python."""
    return [sys.executable, "-m", name, *arguments]
