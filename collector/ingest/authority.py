"""Who may speak for whom: a device for itself, a gateway for the devices it is assigned to read."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Assignment
from collector.domain.reading import ReadingBatch


def may_speak(
    publishers: Sequence[str],
    message_of_row: NDArray[np.int64],
    batch: ReadingBatch,
    assignments: Sequence[Assignment],
    assignment_of_row: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Rows whose publisher is the device itself or the gateway that read it at that time.

    ``publishers`` has one name a message, ``assignment_of_row`` -1 for rows under none. Without
    this, one stolen credential could speak for a whole district.
    """
    number: dict[str, int] = {}
    sender = _numbers(publishers, number)[message_of_row]
    itself = _numbers(batch.serials, number)[batch.serial_code]
    gateways = [a.gateway or a.serial for a in assignments]
    gateway = _numbers([*gateways, ""], number)[assignment_of_row]
    known = (sender == itself) | ((sender == gateway) & (assignment_of_row >= 0))
    return known & (sender >= 0)


def senders(publishers: Sequence[str]) -> NDArray[np.int64]:
    """A number for each message's publisher, the same for the same."""
    return _numbers(publishers, {})


def _numbers(names: Sequence[str], number: dict[str, int]) -> NDArray[np.int64]:
    """A number for each name, the same for the same; nobody (empty) is like nobody else."""
    found = [number.setdefault(name, len(number)) if name else -1 for name in names]
    return np.array(found, np.int64)
