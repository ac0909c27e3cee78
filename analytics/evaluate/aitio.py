"""The public field record of 1,027 solar batteries (Aitio & Howey 2021), as it is published.

The data are not ours to ship (their licence forbids commercial use): whoever wants the figures
downloads them from the Oxford University Research Archive and names the folder. Its layout, by the
readme that comes with it:

- ``set_0.zip`` ... ``set_10.zip`` with about a hundred ``.npz`` files each, one a battery, named by
  its UID. Also read are ``.npz`` or ``.npy`` files that were unpacked beside them.
- each file one array of rows (UNIX seconds, current [A, negative while charging], voltage [V],
  temperature [degC]), at irregular moments, some 600,000 of them.
- ``meta_data.csv``: battery UID, activation date, repair date, lifetime in days, and whether the
  battery entered repair; without a repair there is no repair date.

The names of the array and of the columns of the sheet are not told there, so only their order is
relied on. All batteries are sealed lead-acid of 12 V and 20 Ah.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

from analytics.replay.registry import RecordError

META = "meta_data.csv"
NOMINAL_V, CAPACITY_AH = 12.0, 20.0
COLUMNS = 4
_YES = {"true", "1", "yes"}
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y")


@dataclass(frozen=True, slots=True)
class FieldBattery:
    """A line of the sheet; ``repaired_on`` is None for a battery that lived on."""

    uid: str
    activated_on: date
    repaired_on: date | None


def read_meta(folder: Path) -> dict[str, FieldBattery]:
    """The sheet by UID. Raises RecordError, OSError."""
    found: dict[str, FieldBattery] = {}
    with (folder / META).open(newline="", encoding="utf-8-sig") as file:
        for number, row in enumerate(csv.reader(file), 1):
            cells = [cell.strip() for cell in row][-5:]
            if len(cells) < 5 or _date(cells[1]) is None:
                if number > 1:
                    raise RecordError(f"{META}, row {number}: not UID, dates, lifetime and flag")
                continue  # the header
            uid, activated, repaired, _, flag = cells
            repaired_on = _date(repaired) if flag.lower() in _YES else None
            found[uid] = FieldBattery(uid, _date(activated) or date.min, repaired_on)
    if not found:
        raise RecordError(f"{folder / META}: there is no battery in it")
    return found


def telemetry(folder: Path) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """(UID, rows of time [s], current [A, negative = charging], V, degC), one battery at a time.

    Raises RecordError that names the file, OSError.
    """
    some = False
    for path in sorted(folder.rglob("*.zip")):
        try:
            with ZipFile(path) as archive:
                for name in sorted(n for n in archive.namelist() if n.endswith((".npz", ".npy"))):
                    some = True
                    yield Path(name).stem, _rows(archive.read(name), f"{path.name}: {name}")
        except BadZipFile as error:
            raise RecordError(f"{path} is no whole zip file; download it again") from error
    for path in sorted([*folder.rglob("*.npz"), *folder.rglob("*.npy")]):
        some = True
        yield path.stem, _rows(path.read_bytes(), path.name)
    if not some:
        raise RecordError(f"{folder}: neither set_0.zip ... nor .npz files lie there")


def _rows(content: bytes, where: str) -> NDArray[np.float64]:
    try:
        found = np.load(io.BytesIO(content), allow_pickle=False)
        held = found if isinstance(found, np.ndarray) else found[found.files[0]]
        rows = np.asarray(held, np.float64)
    except (ValueError, IndexError, BadZipFile) as error:
        raise RecordError(f"{where}: cannot be read as an array: {error}") from error
    if rows.ndim != 2 or COLUMNS not in rows.shape:
        raise RecordError(f"{where}: rows of {COLUMNS} numbers were expected, not {rows.shape}")
    return rows if rows.shape[1] == COLUMNS else rows.T


def _date(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
