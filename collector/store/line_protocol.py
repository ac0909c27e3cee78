"""Readings -> InfluxDB line protocol: one measurement, two tags, every field a float."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELD_NAMES
from collector.domain.reading import ReadingBatch
from collector.store.columns import META_FIELDS

MEASUREMENT = "reading"
_ESCAPED = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})
_NAMES = (*FIELD_NAMES, *META_FIELDS)
_BIT = 1 << np.arange(len(_NAMES))
_shortest = msgspec.json.Encoder().encode
"""Writes the fewest digits that read back as the same number, a table at once."""


def lines(batch: ReadingBatch) -> bytes:
    """One line a reading, times in whole seconds; missing values are left out."""
    numbers = np.column_stack([batch.values, *(getattr(batch, name) for name in META_FIELDS)])
    rows = zip(_keys(batch), _fields(numbers), batch.time_s.tolist(), strict=True)
    return b"".join([b"%b%b %d\n" % row for row in rows])


def _fields(numbers: NDArray[np.float64]) -> list[bytes]:
    """The fields of each line; lines that have the same ones are made together."""
    present = (~np.isnan(numbers)) @ _BIT
    texts = np.empty(len(numbers), object)
    for pattern in np.unique(present).tolist():
        rows = np.flatnonzero(present == pattern)
        columns = [i for i in range(len(_NAMES)) if pattern >> i & 1]
        line = ",".join(f"{_NAMES[i]}=%b" for i in columns).encode()
        table = _shortest(numbers[rows][:, columns].tolist())
        texts[rows] = [line % tuple(row.split(b",")) for row in table[2:-2].split(b"],[")]
    return texts.tolist()


def _keys(batch: ReadingBatch) -> list[bytes]:
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
    return np.array(keys, object)[which].tolist()


def _tag(text: str) -> str:
    """A tag value as line protocol writes it; an empty one is not allowed there."""
    clean = "".join(c for c in text if c.isprintable())
    return clean.translate(_ESCAPED).rstrip("\\") or "-"
