"""Many messages, one sync: what the doors hand in goes to the spool together.

A disk does some hundred syncs a second; only in groups do thousands of messages a second become
durable. A message is acknowledged after the sync of its group, in the order of receipt.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from collector.spool.backoff import Backoff
from collector.spool.delivery import Delivery
from collector.spool.port import Spool, SpoolUnavailableError

MOST_WAITING_BYTES = 32_000_000
"""Held in memory at most, unacknowledged; then the doors wait (backpressure, never a drop)."""
GROUP_DELIVERIES, GROUP_BYTES = 2_000, 8_000_000
LINGER_S = 0.02
"""A group is waited for so long: each sync costs CPU too, not only the disk's time."""
FIRST_RETRY_S, LAST_RETRY_S = 0.2, 10.0
_log = structlog.get_logger(__name__)

Acknowledge = Callable[[], None]


class GroupCommit:
    """Runs in a thread of its own between ``start`` and ``stop``."""

    def __init__(self, spool: Spool) -> None:
        """``trouble`` says what holds the doors up now; empty when nothing does."""
        self.trouble = ""
        self.retries = 0
        self._spool = spool
        self._waiting: deque[tuple[Delivery, Acknowledge, int]] = deque()
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
            if self._bytes >= MOST_WAITING_BYTES:
                self._changed.wait_for(
                    lambda: self._stopping.is_set() or self._bytes < MOST_WAITING_BYTES
                )
            return self._hand_in([delivery], acknowledge)

    def offer(self, deliveries: Sequence[Delivery], acknowledge: Acknowledge) -> bool:
        """Hand deliveries in without waiting. False when too much waits already, or once stopped.

        ``acknowledge`` is called when all are durable, from this object's thread.
        """
        with self._changed:
            return self._bytes < MOST_WAITING_BYTES and self._hand_in(deliveries, acknowledge)

    @property
    def waiting(self) -> tuple[int, int]:
        """Messages handed in and not durable yet, and their bytes in memory."""
        with self._changed:
            return len(self._waiting), self._bytes

    @property
    def idle(self) -> bool:
        """Whether everything handed in is durable."""
        with self._changed:
            return not self._waiting

    def step(self) -> bool:
        """Try once to make the next group durable, and acknowledge it if it is.

        Returns whether it succeeded; nothing that waits is a success. Never raises.
        """
        with self._changed:
            group = self._group()
        if not group or not self._append([delivery for delivery, _, _ in group]):
            return not group
        for _, acknowledge, _ in group:
            self._tell(acknowledge)
        with self._changed:
            for _ in group:
                self._bytes -= self._waiting.popleft()[2]
            self._changed.notify_all()
        return True

    def _hand_in(self, deliveries: Sequence[Delivery], acknowledge: Acknowledge) -> bool:
        if self._stopping.is_set():
            return False
        for delivery in deliveries:
            # They become durable in order, so the last one speaks for all.
            told = acknowledge if delivery is deliveries[-1] else _nobody_asks
            size = delivery.size
            self._waiting.append((delivery, told, size))
            self._bytes += size
        self._changed.notify_all()
        return True

    def _run(self) -> None:
        pauses = Backoff(FIRST_RETRY_S, LAST_RETRY_S)
        while not self._stopping.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._stopping.is_set() or self._waiting)
            if self._bytes < GROUP_BYTES and len(self._waiting) < GROUP_DELIVERIES:
                self._stopping.wait(LINGER_S)
            if self._stopping.is_set():
                return
            if self.step():
                pauses.succeeded()
            else:
                self._stopping.wait(pauses.next_s())

    def _group(self) -> list[tuple[Delivery, Acknowledge, int]]:
        group, size = [], 0
        for one in self._waiting:
            group.append(one)
            size += one[2]
            if len(group) >= GROUP_DELIVERIES or size >= GROUP_BYTES:
                break
        return group

    def _append(self, deliveries: list[Delivery]) -> bool:
        try:
            self._spool.append(deliveries)
        except Exception as error:  # whatever it is, this thread must not end: senders wait on it
            self.retries += 1
            said = str(error) if isinstance(error, SpoolUnavailableError) else repr(error)
            if said != self.trouble:
                _log.error("the spool takes nothing in; senders wait", trouble=said)
            self.trouble = said
            return False
        if self.trouble:
            _log.info("the spool takes in again", after_retries=self.retries)
        self.trouble = ""
        return True

    def _tell(self, acknowledge: Acknowledge) -> None:
        try:
            acknowledge()
        except Exception:
            # The delivery is safe; its sender will send it again, which changes nothing.
            _log.exception("a sender could not be told")


def _nobody_asks() -> None:
    """For a delivery that is acknowledged together with later ones."""
