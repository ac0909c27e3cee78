"""Readings kept as Parquet files, one for each UTC day on which they arrived."""

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from collector.domain.clock import DAY_S
from device_sim.arrivals import COLUMNS, Rows

SCHEMA = pa.schema(
    [
        pa.field("serial", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("time", pa.int64(), nullable=False),
        pa.field("received", pa.int64(), nullable=False),
        *(pa.field(name, pa.float32()) for name in COLUMNS),
    ]
)
# Snappy would halve the files (27 to 13 bytes a row) and double the time to write them.
_LAYOUT: dict[str, Any] = {
    "compression": "none",
    "use_dictionary": ["serial"],
    "column_encoding": {"time": "DELTA_BINARY_PACKED", "received": "DELTA_BINARY_PACKED"},
    "write_statistics": ["time", "received"],
    "store_schema": False,
}


class ReadingFiles:
    """Writes rows as they arrive; a file is whole when the next day begins.

    Serials are plain text to a reader: the dictionary is Parquet's own, not part of the type.
    """

    def __init__(self, folder: Path, serials: tuple[str, ...]) -> None:
        self.rows = 0
        self._folder = folder
        self._serials = pa.array(serials, pa.string())
        self._writer: pq.ParquetWriter | None = None
        self._partial = Path()
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def begin(self, day: int) -> None:
        """Close the day before and open this one. Raises OSError when it cannot be written."""
        self.close()
        date = datetime.fromtimestamp(day * DAY_S, UTC).date().isoformat()
        self._partial = self._folder / f"{date}.parquet.part"
        self._writer = pq.ParquetWriter(
            self._partial,
            SCHEMA,
            **_LAYOUT,
        )

    def write(self, rows: Rows) -> None:
        """Append rows, NaN as null; their order is kept."""
        if self._writer is None:
            raise ValueError("no day has begun: call begin(day) first")
        serial = pa.DictionaryArray.from_arrays(pa.array(rows.system), self._serials)
        columns = [serial, pa.array(rows.time_s), pa.array(rows.received_s)]
        columns += [_nullable(values) for values in rows.values]
        self._writer.write_batch(
            pa.record_batch(columns, schema=SCHEMA), row_group_size=max(1, len(rows))
        )
        self.rows += len(rows)

    def close(self) -> None:
        """Finish the file that is open, if any."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self._partial.rename(self._partial.with_suffix(""))


def _nullable(values: np.ndarray) -> pa.Array:
    return pa.array(values, pa.float32(), from_pandas=True)
