"""Whether a new configuration or version does what a gateway is for: readings flow, all the way."""

import time
from collections.abc import Callable


class Probation:
    """``produced`` counts readings, ``acknowledged`` the server's answers; both ever upward."""

    def __init__(
        self,
        produced: Callable[[], int],
        acknowledged: Callable[[], int],
        limit_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._counts = produced, acknowledged
        self._before = produced(), acknowledged()
        self._monotonic = monotonic
        self._until_s = monotonic() + limit_s

    def proved(self) -> bool:
        """Whether a reading was kept and the server has answered since the start."""
        return not self.missing()

    def failed(self) -> bool:
        """Whether the time is over without that."""
        return self._monotonic() > self._until_s and not self.proved()

    def missing(self) -> str:
        """What has not happened yet, in words; empty when all has."""
        names = "no reading", "no acknowledgement by the server"
        return " and ".join(
            name
            for name, count, before in zip(names, self._counts, self._before, strict=True)
            if count() <= before
        )
