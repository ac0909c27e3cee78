"""Readings -> InfluxDB line protocol: one measurement, two tags, every field a float."""

from collector.domain.fields import FIELD_NAMES
from collector.domain.reading import ReadingBatch
from collector.store.columns import META_FIELDS

MEASUREMENT = "reading"
_ESCAPED = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})


def lines(batch: ReadingBatch) -> list[str]:
    """One line a reading, times in whole seconds; missing values are left out."""
    names = [f"{name}=" for name in (*FIELD_NAMES, *META_FIELDS)]
    prefix = _prefixes(batch)
    keys = zip(batch.serial_code.tolist(), batch.village_code.tolist(), strict=True)
    meta = zip(*(getattr(batch, name).tolist() for name in META_FIELDS), strict=True)
    return [
        prefix[key]
        + ",".join([n + repr(v) for n, v in zip(names, (*row, *extra), strict=True) if v == v])  # noqa: PLR0124
        + f" {time_s}"
        for key, row, extra, time_s in zip(
            keys, batch.values.tolist(), meta, batch.time_s.tolist(), strict=True
        )
    ]


def _prefixes(batch: ReadingBatch) -> dict[tuple[int, int], str]:
    pairs = set(zip(batch.serial_code.tolist(), batch.village_code.tolist(), strict=True))
    return {
        (s, v): f"{MEASUREMENT},serial={_tag(batch.serials[s])},village={_tag(batch.villages[v])} "
        for s, v in pairs
    }


def _tag(text: str) -> str:
    """A tag value as line protocol writes it; an empty one is not allowed there."""
    clean = "".join(c for c in text if c.isprintable())
    return clean.translate(_ESCAPED).rstrip("\\") or "-"
