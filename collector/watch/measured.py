"""What the parts of a collector count while they work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from collector.ingest.worker import IngestCounts
from collector.watch.spread import Spread


@dataclass(frozen=True, slots=True)
class Measured:
    """Since the start; the functions are asked only when somebody wants the number.

    ``writes`` is by how a write ended, ``delays`` from receipt to store by kind of delivery.
    ``to_sync``: messages that wait in memory for the disk, and their bytes.
    """

    counts: IngestCounts
    writes: Mapping[str, Spread]
    delays: Mapping[str, Spread]
    repeated: Callable[[], int]
    asked_again: Callable[[], int]
    to_sync: Callable[[], tuple[int, int]]
    sync_retries: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands open in the database, of all collectors together."""

    devices_with_holes: int = 0
    missing_readings: int = 0
    dead_readings: int = 0
