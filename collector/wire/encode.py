"""Readings in columns -> the condensed form, as gateways and devices send it."""

import zlib
from collections.abc import Sequence
from typing import Any, Literal

import cbor2
import msgspec
import numpy as np

from collector.domain.reading import Quality, ReadingBatch
from collector.wire.formats import DataFormat, data_formats

Codec = Literal["json", "cbor"]


def encode_message(
    batches: Sequence[ReadingBatch],
    data_format: int | Sequence[int],
    *,
    codec: Codec = "json",
    compress: bool = False,
) -> bytes:
    """One message of condensed objects, one for each batch; ``data_format`` of all or of each.

    Each batch holds rows of one serial and one boot whose sequence numbers count up by one, and
    whose times are all known or all rebuilt. Values are rounded to what the format resolves.
    Raises KeyError for an unknown format and ValueError for a batch that is empty, mixed or has
    a hole.
    """
    forms = [data_format] * len(batches) if isinstance(data_format, int) else data_format
    known = data_formats()
    objects = [_condensed(batch, known[n]) for batch, n in zip(batches, forms, strict=True)]
    whole = objects[0] if len(objects) == 1 else objects
    return _bytes(whole, codec, compress=compress)


def encode_lost(
    lost: Sequence[tuple[str, int, int, int, str]], *, codec: Codec = "json", compress: bool = False
) -> bytes:
    """A message of readings that were given up: (serial, boot, first, last, why) of each run."""
    objects = [
        {"sn": sn, "b": b, "lost": [[first, last]], "why": why} for sn, b, first, last, why in lost
    ]
    return _bytes(objects, codec, compress=compress)


def compressed(data: bytes) -> bytes:
    """An encoded message as it is sent where bytes are paid for."""
    return zlib.compress(data, 6)


def _bytes(whole: Any, codec: Codec, *, compress: bool) -> bytes:
    data = cbor2.dumps(whole) if codec == "cbor" else msgspec.json.encode(whole)
    return compressed(data) if compress else data


def _condensed(batch: ReadingBatch, form: DataFormat) -> dict[str, Any]:
    if not len(batch) or (batch.serial_code != batch.serial_code[0]).any():
        raise ValueError("a batch to send holds rows of exactly one serial")
    if np.isfinite(batch.sequence[0]) and (np.diff(batch.sequence) != 1).any():
        raise ValueError("sequence numbers of a batch to send must count up by one")
    rebuilt = batch.quality & Quality.CLOCK_REBUILT
    if (rebuilt != rebuilt[0]).any():
        raise ValueError("times of a batch to send are all known or all rebuilt")
    base_s = int(batch.time_s[0])
    head: dict[str, Any] = {
        "sn": batch.serials[batch.serial_code[0]],
        "df": form.number,
        "ts": base_s,
    }
    if np.isfinite(batch.boot[0]) and np.isfinite(batch.sequence[0]):
        head |= {"b": int(batch.boot[0]), "rc": int(batch.sequence[0])}
    if rebuilt[0]:
        head["tq"] = 1
    return head | {"hd": _rows(batch, form, base_s)}


def _rows(batch: ReadingBatch, form: DataFormat, base_s: int) -> list[list[int | None]]:
    """Rows of (offset, scaled integers); missing values are None, trailing ones are left out."""
    scaled = np.rint(batch.values[:, form.column] * form.divisor)
    present = np.isfinite(scaled)
    whole = np.where(present, scaled, 0).astype(np.int64).astype(object)
    whole[~present] = None
    table = np.column_stack([(batch.time_s - base_s).astype(object), whole])
    width = 1 + np.where(present.any(1), form.column.size - present[:, ::-1].argmax(1), 0)
    return [row[:w] for row, w in zip(table.tolist(), width.tolist(), strict=True)]
