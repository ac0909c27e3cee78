"""Not running ahead of the collector: a broker keeps what it was sent in memory only."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Pace:
    """Counts messages sent and messages the collector has acknowledged.

    ``ahead`` is how many may be open. When nothing is acknowledged for ``patience_s`` although
    that many are open, nobody is listening: sending goes on, the broker keeps it, and counting
    starts anew with the next acknowledgement.
    """

    clock: Callable[[], float]
    ahead: int = 256
    patience_s: float = 5.0
    sent: int = 0
    acknowledged: int = 0
    unheard: bool = False
    _last_s: float = 0.0

    def count_sent(self) -> None:
        """One more message is on its way."""
        if self.open == 0:
            self._last_s = self.clock()
        self.sent += 1

    def count_acknowledged(self, messages: int = 1) -> None:
        """The collector has so many messages, of those that were counted as sent."""
        if self.unheard:
            self.start_anew()
        self.acknowledged += messages
        self._last_s = self.clock()

    def start_anew(self) -> None:
        """Forget what is open: acknowledgements of an older connection may never come."""
        self.unheard = False
        self.sent = self.acknowledged = 0

    @property
    def open(self) -> int:
        """Messages not acknowledged."""
        return max(0, self.sent - self.acknowledged)

    @property
    def may_send(self) -> bool:
        """Whether another message may go out now."""
        if self.unheard or self.open < self.ahead:
            return True
        self.unheard = self.clock() - self._last_s > self.patience_s
        return self.unheard
