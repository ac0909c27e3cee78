"""Readings -> InfluxDB line protocol: one measurement, two tags, every field a float."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELD_NAMES
from collector.domain.reading import ReadingBatch
from collector.store.columns import META_FIELDS

MEASUREMENT = "reading"
_ESCAPED = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})
_NAMES = [name.encode() for name in (*FIELD_NAMES, *META_FIELDS)]
_BITS = [1 << i for i in range(len(_NAMES))]
_shortest = msgspec.json.Encoder().encode
"""Writes the fewest digits that read back as the same number, a column at once."""


def lines(batch: ReadingBatch) -> bytes:
    """One line a reading, times in whole seconds, in any order; missing values are left out."""
    columns = [*batch.values.T, *(getattr(batch, name) for name in META_FIELDS)]
    present = sum(~np.isnan(column) * bit for column, bit in zip(columns, _BITS, strict=True))
    keys = _keys(batch)
    made: list[bytes] = []
    # Lines that have the same fields are made together.
    for pattern in np.unique(present).tolist():
        rows = np.flatnonzero(present == pattern)
        there = [i for i in range(len(_NAMES)) if pattern >> i & 1]
        texts = [_texts(columns[i][rows]) for i in there]
        # What all of them have in common is written into the pattern.
        line = b"%b" + b",".join(
            _NAMES[i] + (b"=%b" if isinstance(text, list) else b"=" + text)
            for i, text in zip(there, texts, strict=True)
        )
        cells = [text for text in texts if isinstance(text, list)]
        ends = batch.time_s[rows].tolist()
        line += b" %d\n"
        made += [line % row for row in zip(keys[rows].tolist(), *cells, ends, strict=True)]
    return b"".join(made)


def _texts(column: NDArray[np.float64]) -> list[bytes] | bytes:
    """Each number as text, one where all are equal; of equal neighbours the first is written."""
    first = np.ones(column.size, bool)
    first[1:] = column[1:] != column[:-1]
    runs = np.flatnonzero(first)
    texts = _shortest(column[runs].tolist())[1:-1].split(b",")
    if runs.size == 1:
        return texts[0]
    if runs.size == column.size:
        return texts
    return np.repeat(np.array(texts, object), np.diff(runs, append=column.size)).tolist()


def _keys(batch: ReadingBatch) -> NDArray[np.object_]:
    """Measurement and tags of each line."""
    places = len(batch.villages)
    pair, which = np.unique(
        batch.serial_code.astype(np.int64) * places + batch.village_code, return_inverse=True
    )
    serials, villages = [_tag(s) for s in batch.serials], [_tag(v) for v in batch.villages]
    keys = [
        f"{MEASUREMENT},serial={serials[p // places]},village={villages[p % places]} ".encode()
        for p in pair.tolist()
    ]
    return np.array(keys, object)[which]


def _tag(text: str) -> str:
    """A tag value as line protocol writes it; an empty one is not allowed there."""
    clean = text if text.isprintable() else "".join(c for c in text if c.isprintable())
    return clean.translate(_ESCAPED).rstrip("\\") or "-"
