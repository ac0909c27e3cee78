"""Many messages, one sync: what the doors hand in goes to the spool together.

A disk does some hundred syncs a second; only in groups do thousands of messages a second become
durable. A message is acknowledged after the sync of its group, in the order of receipt.
"""

import random
import threading
from collections import deque
from collections.abc import Callable

import structlog

from collector.spool.delivery import Delivery
from collector.spool.port import Spool, SpoolUnavailableError

MOST_WAITING_BYTES = 32_000_000
"""Held in memory at most, unacknowledged; then the doors wait (backpressure, never a drop)."""
GROUP_DELIVERIES, GROUP_BYTES = 2_000, 8_000_000
FIRST_RETRY_S, LAST_RETRY_S = 0.2, 10.0
_OVERHEAD_BYTES = 500
_log = structlog.get_logger(__name__)

Acknowledge = Callable[[], None]


class GroupCommit:
    """Runs in a thread of its own between ``start`` and ``stop``."""

    def __init__(self, spool: Spool) -> None:
        """``trouble`` says what holds the doors up now; empty when nothing does."""
        self.trouble = ""
        self.retries = 0
        self._spool = spool
        self._waiting: deque[tuple[Delivery, Acknowledge]] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)

    def start(self) -> None:
        """Begin to take in."""
        self._thread.start()

    def stop(self) -> None:
        """Let every door go with a no; what is not durable by then is not acknowledged."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def put(self, delivery: Delivery, acknowledge: Acknowledge) -> bool:
        """Hand a delivery in, waiting while too much waits already. False once stopped.

        ``acknowledge`` is called when it is durable, from this object's thread.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopping.is_set() or self._bytes < MOST_WAITING_BYTES
            )
            if self._stopping.is_set():
                return False
            self._waiting.append((delivery, acknowledge))
            self._bytes += _size(delivery)
            self._changed.notify_all()
            return True

    @property
    def idle(self) -> bool:
        """Whether everything handed in is durable."""
        with self._changed:
            return not self._waiting

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping.is_set() or self._waiting)
                group = self._group()
            if self._stopping.is_set():
                return
            if not self._until_durable([delivery for delivery, _ in group]):
                return
            for _, acknowledge in group:
                self._tell(acknowledge)
            with self._changed:
                for _ in group:
                    self._bytes -= _size(self._waiting.popleft()[0])
                self._changed.notify_all()

    def _group(self) -> list[tuple[Delivery, Acknowledge]]:
        group, size = [], 0
        for one in self._waiting:
            group.append(one)
            size += _size(one[0])
            if len(group) >= GROUP_DELIVERIES or size >= GROUP_BYTES:
                break
        return group

    def _until_durable(self, deliveries: list[Delivery]) -> bool:
        """Try for ever, ever more slowly; False when stopped meanwhile."""
        delay_s = FIRST_RETRY_S
        while not self._stopping.is_set():
            try:
                self._spool.append(deliveries)
            except SpoolUnavailableError as error:
                self.retries += 1
                if str(error) != self.trouble:
                    _log.error("the spool takes nothing in; senders wait", trouble=str(error))
                self.trouble = str(error)
                self._stopping.wait(delay_s * random.uniform(0.5, 1.0))  # noqa: S311
                delay_s = min(LAST_RETRY_S, 2 * delay_s)
            else:
                if self.trouble:
                    _log.info("the spool takes in again", after_retries=self.retries)
                self.trouble = ""
                return True
        return False

    def _tell(self, acknowledge: Acknowledge) -> None:
        try:
            acknowledge()
        except Exception:
            # The delivery is safe; its sender will send it again, which changes nothing.
            _log.exception("a sender could not be told")


def _size(delivery: Delivery) -> int:
    return len(delivery.payload) + _OVERHEAD_BYTES
