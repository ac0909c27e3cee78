"""The end-to-end acknowledgement: which readings of each message the server has durably taken."""

from typing import TypedDict

import msgspec
import numpy as np
from numpy.typing import NDArray

from collector.domain.reading import ReadingBatch


class Ack(TypedDict):
    """Of this serial and boot, readings up to this number."""

    sn: str
    b: int
    rc: int


def acks_of(batch: ReadingBatch, message_of_row: NDArray[np.int64]) -> dict[int, list[Ack]]:
    """For each message the highest number of each (serial, boot) in it.

    Readings without a number are not named, nor messages that hold no others.
    """
    numbered = np.flatnonzero(np.isfinite(batch.sequence) & np.isfinite(batch.boot))
    message, code = message_of_row[numbered], batch.serial_code[numbered]
    boot, sequence = batch.boot[numbered], batch.sequence[numbered]
    order = np.lexsort((sequence, boot, code, message))
    key = np.stack([message, code, boot])[:, order]
    highest = np.ones(order.size, bool)
    highest[:-1] = (key[:, 1:] != key[:, :-1]).any(axis=0)
    found: dict[int, list[Ack]] = {}
    for number, serial, b, rc in zip(
        *key[:, highest].astype(np.int64).tolist(),
        sequence[order][highest].astype(np.int64).tolist(),
        strict=True,
    ):
        found.setdefault(number, []).append({"sn": batch.serials[serial], "b": b, "rc": rc})
    return found


def ack_payload(acks: list[Ack]) -> bytes:
    """The message for a publisher's ack topic."""
    return msgspec.json.encode({"acks": acks})
