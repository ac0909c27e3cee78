"""The end-to-end acknowledgement: which readings of a message the server has durably taken."""

import json

import numpy as np

from collector.domain.reading import ReadingBatch


def acks_of(batch: ReadingBatch) -> list[dict[str, str | int]]:
    """The highest sequence number of each (serial, boot); readings without one are not named."""
    numbered = np.isfinite(batch.sequence) & np.isfinite(batch.boot)
    highest: dict[tuple[int, int], int] = {}
    for code, boot, sequence in zip(
        batch.serial_code[numbered].tolist(),
        batch.boot[numbered].astype(np.int64).tolist(),
        batch.sequence[numbered].astype(np.int64).tolist(),
        strict=True,
    ):
        key = (code, boot)
        highest[key] = max(sequence, highest.get(key, sequence))
    return [
        {"sn": batch.serials[code], "b": boot, "rc": sequence}
        for (code, boot), sequence in highest.items()
    ]


def ack_payload(batch: ReadingBatch) -> bytes | None:
    """The message for a publisher's ack topic; None when there is nothing to name."""
    acks = acks_of(batch)
    return json.dumps({"acks": acks}, separators=(",", ":")).encode() if acks else None
