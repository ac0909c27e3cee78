"""What waits in the outbox as a file that a phone carries to the server; nothing is deleted."""

import gzip
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from collector.gateway.holes import all_holes
from collector.gateway.outbox_file import kept_rows
from collector.gateway.packing import pack, pack_holes

HOLES_A_LINE = 200


def export(outbox: Path, gateway: str, made_s: float, file: Path) -> tuple[int, int]:
    """Write the file; (readings in it, readings left out because their time is not known yet).

    The outbox may be in use. The form is in collector/wire/README.md, "Carried by hand". Raises
    FileNotFoundError without an outbox, OSError when the file cannot be written.
    """
    if not outbox.exists():
        raise FileNotFoundError(outbox)
    db = sqlite3.connect(f"{outbox.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
    part = file.with_name(file.name + ".part")
    count = 0
    try:
        db.execute("begin")
        (undated,) = db.execute("select count(*) from reading where session <> ''").fetchone()
        with gzip.open(part, "wb") as lines:
            head = {"suluh": "readings", "gw": gateway, "made": int(made_s)}
            lines.write(msgspec.json.encode(head) + b"\n")
            for line, readings in _lines(db):
                lines.write(line + b"\n")
                count += readings
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
        db.close()
    return count, undated


def _lines(db: sqlite3.Connection) -> Iterator[tuple[bytes, int]]:
    """Messages, the newest readings first, each with how many readings it holds."""
    rows = list(kept_rows(db, "session = '' order by time_s desc, id desc", ()))
    while rows:
        taken, line = pack(rows)
        yield line, len(taken)
        rows = rows[len(taken) :]
    holes = all_holes(db)
    for first in range(0, len(holes), HOLES_A_LINE):
        yield pack_holes(holes[first : first + HOLES_A_LINE]), 0
