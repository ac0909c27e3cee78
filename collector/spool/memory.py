"""A bounded queue in memory.

Nothing in it is acknowledged, so a crash loses nothing: the broker sends it again.
"""

import threading
from collections import deque

from collector.spool.delivery import Delivery


class MemorySpool:
    """First in, first out; a full spool makes the door wait (backpressure, never a drop)."""

    def __init__(self, capacity: int = 10_000) -> None:
        """Hold at most ``capacity`` deliveries."""
        self._waiting: deque[Delivery] = deque()
        self._capacity = capacity
        self._changed = threading.Condition()
        self._closed = False
        self._out = 0

    def put(self, delivery: Delivery) -> bool:
        """Add one, waiting while the spool is full. False once it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._waiting) < self._capacity)
            if self._closed:
                return False
            self._waiting.append(delivery)
            self._changed.notify_all()
            return True

    def take(self, at_most: int, timeout_s: float) -> list[Delivery]:
        """The oldest deliveries, at most so many; waits up to the timeout for the first."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting, timeout_s)
            taken = [self._waiting.popleft() for _ in range(min(at_most, len(self._waiting)))]
            self._out = len(taken)
            self._changed.notify_all()
            return taken

    def settled(self) -> None:
        """Say that what was taken last is durable."""
        self._out = 0

    @property
    def empty(self) -> bool:
        """Whether nothing waits and nothing that was taken is still being stored."""
        with self._changed:
            return not self._waiting and not self._out

    def close(self) -> None:
        """Wake everybody; what still waits is forgotten, unacknowledged."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def __len__(self) -> int:
        return len(self._waiting)
