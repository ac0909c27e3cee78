"""What a door can acknowledge by itself: the numbers of the readings at hand."""

from typing import Any

import numpy as np

from collector.domain.reading import ReadingBatch


def acks_of(batch: ReadingBatch) -> list[dict[str, Any]]:
    """An entry for each serial and boot: ``rc`` up to the first hole, the runs beyond in ``also``.

    What came before is not known here, so ``rc`` is -1 where the rows do not begin with the
    boot's first number. Readings without a number are not named.
    """
    numbered = np.isfinite(batch.sequence) & np.isfinite(batch.boot)
    code, boot, sequence = (
        column[numbered].astype(np.int64)
        for column in (batch.serial_code, batch.boot, batch.sequence)
    )
    order = np.lexsort((sequence, boot, code))
    code, boot, sequence = code[order], boot[order], sequence[order]
    begins = np.ones(code.size, bool)
    begins[1:] = (np.diff(code) != 0) | (np.diff(boot) != 0) | (np.diff(sequence) > 1)
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], code.size)[: starts.size] - 1
    runs: dict[tuple[int, int], list[list[int]]] = {}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        mine = runs.setdefault((int(code[start]), int(boot[start])), [])
        mine.append([int(sequence[start]), int(sequence[end])])
    return [_entry(batch.serials[of], number, found) for (of, number), found in runs.items()]


def _entry(serial: str, boot: int, runs: list[list[int]]) -> dict[str, Any]:
    from_the_first = runs[0][0] <= 1
    entry = {"sn": serial, "b": boot, "rc": runs[0][1] if from_the_first else -1}
    also = runs[1:] if from_the_first else runs
    return entry | ({"also": also} if also else {})
