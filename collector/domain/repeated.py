"""What is done again and again, beside everything else."""

import threading
from abc import ABC, abstractmethod

import structlog

_log = structlog.get_logger(__name__)


class Repeated(ABC):
    """Takes a step every few seconds, in a thread of its own between ``start`` and ``stop``.

    What a step raises ends nothing: a database that is away is asked again, for ever.
    """

    def __init__(self, name: str, every_s: float, without: str) -> None:
        """``without`` is logged when a step fails: what is not done then."""
        self._every_s, self._without = every_s, without
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def step(self) -> int:
        """Do what is due; how much that was."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Take no further step. Waits for the one at hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                self.step()
            except Exception as error:
                said = f"{type(error).__name__}: {error}"[:300]
                _log.warning(self._without, trouble=said)
