"""Tells gateways that there is a version for them: a hint to look, and never what to run."""

import threading
from collections.abc import Callable

import structlog

from collector.domain.clock import Clock
from collector.releases.port import Releases

EVERY_S = 5.0
COMMAND = b'{"update":{}}'
_log = structlog.get_logger(__name__)


class News:
    """Runs in a thread of its own between ``start`` and ``stop``."""

    def __init__(
        self, releases: Releases, clock: Clock, command: Callable[[str, bytes], None]
    ) -> None:
        """``command`` gives a publisher a command."""
        self._releases, self._clock, self._command = releases, clock, command
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)

    def start(self) -> None:
        """Begin to look for orders."""
        self._thread.start()

    def stop(self) -> None:
        """Tell no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def step(self) -> int:
        """Tell those that are due; how many."""
        gateways = self._releases.claim_news(self._clock())
        for gateway in gateways:
            self._command(gateway, COMMAND)
        return len(gateways)

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                self.step()
            except Exception as error:  # a database that is away is asked again, for ever
                said = f"{type(error).__name__}: {error}"[:300]
                _log.warning("gateways are not told of versions", trouble=said)
