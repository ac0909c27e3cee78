"""What a door can acknowledge by itself: the numbers of the readings at hand."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from collector.domain.reading import ReadingBatch

Runs = Mapping[tuple[str, int], tuple[tuple[int, int], ...]]
"""Numbers by serial and boot, as runs apart from each other: first and last of each."""


def runs_of(batch: ReadingBatch) -> Runs:
    """The numbers of a batch; readings without one are not named."""
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
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        mine = found.setdefault((batch.serials[code[start]], int(boot[start])), [])
        mine.append((int(sequence[start]), int(sequence[end])))
    return {mine: tuple(runs) for mine, runs in found.items()}


def acks_alone(runs: Runs) -> list[dict[str, Any]]:
    """An entry for each serial and boot: ``rc`` up to the first hole, the runs beyond in ``also``.

    What came before is not known here, so ``rc`` is -1 where the rows do not begin with the
    boot's first number.
    """
    return [_entry(*mine, numbers) for mine, numbers in runs.items()]


def _entry(serial: str, boot: int, runs: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    from_the_first = runs[0][0] <= 1
    entry = {"sn": serial, "b": boot, "rc": runs[0][1] if from_the_first else -1}
    also = [list(run) for run in (runs[1:] if from_the_first else runs)]
    return entry | ({"also": also} if also else {})
