"""Tells gateways that there is a version for them: a hint to look, and never what to run."""

from collections.abc import Callable

from collector.domain.clock import Clock
from collector.domain.repeated import Repeated
from collector.releases.port import Releases

EVERY_S = 5.0
COMMAND = b'{"update":{}}'


class News(Repeated):
    """Looks for orders that gateways were not told of."""

    def __init__(
        self, releases: Releases, clock: Clock, command: Callable[[str, bytes], None]
    ) -> None:
        """``command`` gives a publisher a command."""
        self._releases, self._clock, self._command = releases, clock, command
        super().__init__("news", EVERY_S, "gateways are not told of versions")

    def step(self) -> int:
        """Tell those that are due; how many."""
        gateways = self._releases.claim_news(self._clock())
        for gateway in gateways:
            self._command(gateway, COMMAND)
        return len(gateways)
