"""What every battery can really hold, week by week: nobody in the field could know.

It is for scorers alone, to see how well a learner would do that is shown the truth. A detector that
reads it proves nothing.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from device_sim.truth import Record

EVERY_DAYS = 7
SCHEMA = pa.schema(
    [
        pa.field("serial", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("capacity", pa.float32(), nullable=False),
        pa.field("replaced", pa.bool_(), nullable=False),
    ]
)


def capacity_table(serials: Sequence[str], record: Record) -> pa.Table:
    """The first day of a record and every seventh after it, by day and then by serial.

    ``capacity`` is usable over rated at 25 degC, a whole pack's and with what faults take of it;
    ``replaced`` tells whether the battery is another than on the row before. Without a recorded
    day there is no row.
    """
    parts = []
    for place in range(0, len(record.days), EVERY_DAYS):
        truth = record.days[place]
        since = record.days[max(0, place - EVERY_DAYS + 1) : place + 1]
        renewed = np.any([d.renewed for d in since], axis=0) if place else truth.renewed & False
        days = pa.array(np.full(len(serials), truth.day, np.int32)).cast(pa.date32())
        capacity = truth.capacity.astype(np.float32)
        parts.append(pa.table([list(serials), days, capacity, renewed], schema=SCHEMA))
    return pa.concat_tables([SCHEMA.empty_table(), *parts])


def write_capacity(tables: Sequence[pa.Table], path: Path) -> None:
    """Write the tables of a fleet's parts as one file. Raises OSError."""
    partial = path.with_name(path.name + ".part")
    pq.write_table(pa.concat_tables([SCHEMA.empty_table(), *tables]), partial, compression="zstd")
    partial.replace(path)
