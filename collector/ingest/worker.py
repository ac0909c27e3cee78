"""The ingest's thread: takes from the spool, tries until it succeeds, acknowledges in order."""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from collector.domain.reading import ReadingBatch
from collector.ingest.pipeline import Ingest, Outcome
from collector.spool.delivery import Delivery
from collector.spool.memory import MemorySpool

DELIVERIES_AT_ONCE = 256
FIRST_RETRY_S = 0.5
LAST_RETRY_S = 30.0
_log = structlog.get_logger(__name__)

Taken = Callable[[Delivery, ReadingBatch], None]
"""Told of every delivery that has become durable, with the readings it held."""


@dataclass(slots=True)
class IngestCounts:
    """What a worker has done since it started, and what holds it up now (empty: nothing)."""

    deliveries: int = 0
    stored: int = 0
    refused: int = 0
    values_left_out: int = 0
    retries: int = 0
    trouble: str = ""


class IngestWorker:
    """Runs in a thread of its own between ``start`` and ``stop``."""

    def __init__(self, spool: MemorySpool, ingest: Ingest, taken: Taken | None = None) -> None:
        """``taken`` is called after the acknowledgement of each delivery."""
        self.counts = IngestCounts()
        self._spool = spool
        self._ingest = ingest
        self._taken = taken
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand if the store takes it, then end. Waits for it."""
        self._stopping.set()
        self._thread.join()

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is being stored."""
        return self._spool.empty

    def _run(self) -> None:
        while not self._stopping.is_set():
            deliveries = self._spool.take(DELIVERIES_AT_ONCE, timeout_s=0.2)
            outcome = self._until_durable(deliveries) if deliveries else None
            if outcome is not None:
                self._settle(deliveries, outcome)
                self._spool.settled()

    def _until_durable(self, deliveries: Sequence[Delivery]) -> Outcome | None:
        """Try for ever, ever more slowly; None when stopped meanwhile: nothing is acknowledged."""
        delay_s = FIRST_RETRY_S
        while True:
            try:
                outcome = self._ingest.take(deliveries)
            except Exception as error:  # whatever fails, no reading may be lost
                self.counts.retries += 1
                self.counts.trouble = f"{type(error).__name__}: {error}"[:300]
                _log.warning("ingest waits", trouble=self.counts.trouble, retry_in_s=delay_s)
                if self._stopping.wait(delay_s * random.uniform(0.5, 1.0)):  # noqa: S311
                    return None
                delay_s = min(LAST_RETRY_S, 2 * delay_s)
            else:
                self.counts.trouble = ""
                return outcome

    def _settle(self, deliveries: Sequence[Delivery], outcome: Outcome) -> None:
        self.counts.deliveries += len(deliveries)
        self.counts.stored += outcome.stored
        self.counts.refused += outcome.refused
        self.counts.values_left_out += outcome.values_left_out
        for delivery, batch in zip(deliveries, outcome.batches, strict=True):
            delivery.acknowledge()
            if self._taken is not None:
                self._taken(delivery, batch)
