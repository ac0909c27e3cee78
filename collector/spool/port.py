"""What every spool promises: the comments are the contract, one suite tests all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from collector.spool.delivery import Delivery


class SpoolUnavailableError(Exception):
    """The spool cannot keep anything now, its disk is full or fails; ``str(error)`` says which."""


class SpoolFullError(SpoolUnavailableError):
    """As much waits as was allowed; there is room again once some of it is stored."""


@dataclass(frozen=True, slots=True)
class SpoolState:
    """What waits to be stored, what is kept after that, and how much may be on disk (bytes).

    ``oldest_s`` is when the oldest waiting delivery was received, None when nothing waits.
    """

    waiting: int
    waiting_bytes: int
    kept_bytes: int
    limit_bytes: int
    oldest_s: float | None

    @property
    def filled(self) -> float:
        """Share of the allowed bytes that wait; what is kept gives way and does not count."""
        return self.waiting_bytes / max(self.limit_bytes, 1)


class Spool(Protocol):
    """Deliveries between receipt and store. One writes, one takes; both may be threads."""

    @property
    def name(self) -> str:
        """Which spool this is: another one has another name, and gives ids of its own."""
        ...

    def append(self, deliveries: Sequence[Delivery]) -> None:
        """Keep all of them, or none. When it returns they are on disk.

        Raises SpoolFullError or SpoolUnavailableError; the same call may succeed later.
        """
        ...

    def take(self, at_most: int, at_most_bytes: int) -> list[Delivery]:
        """The next deliveries to store, one at least if any waits; the same again until settled.

        Live ones come first, each kind in order of receipt; some backlog is among them whenever
        there is any, so that it gets on beside a steady stream of live ones.
        """
        ...

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        """Say that everything taken last is stored: it will not be taken again.

        Saying it twice changes nothing. What was let wait again in between is not settled by it:
        it is taken again, so that everything before it is too.
        """
        ...

    def wait(self, timeout_s: float) -> bool:
        """Wait until something may be taken, at most so long. Returns whether something may."""
        ...

    def state(self) -> SpoolState:
        """What waits now; cheap."""
        ...

    def close(self) -> None:
        """Let go of the files; what waits stays in them."""
        ...
