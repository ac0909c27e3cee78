"""The public field record brought into the replay format, a month of all batteries at a time."""

import csv
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analytics.evaluate.aitio import CAPACITY_AH, NOMINAL_V, FieldBattery, read_meta, telemetry
from analytics.replay.registry import COLUMNS
from collector.domain.block import READING_INTERVAL_S
from collector.domain.clock import day_start_s

GROUPS = 20
"""Where the batteries hang is not told. They are dealt into groups, which stand for villages: a
learner never judges its own group, and intervals come from drawing groups anew."""
_PLACE = ("0.0", "30.0", "Africa/Kigali", "")
"""Sub-Saharan Africa; only the hour of dawn hangs on it [K]."""
_PANEL_W = 50.0
_ROW = np.dtype([("battery", "i4"), ("time", "i8"), ("a", "f4"), ("v", "f4"), ("c", "f4")])
_VALUES = {"battery_voltage_v": "v", "battery_current_a": "a", "battery_temperature_c": "c"}

Told = Callable[[int, int], None]


def make_record(folder: Path, out: Path, tell: Told | None = None) -> int:
    """Write registry, readings and answers into ``out``; returns the number of batteries.

    Rows after a repair are left out, whatever they tell. Raises RecordError, OSError.
    """
    meta = read_meta(folder)
    uids: list[str] = []
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out) as scratch:
        for uid, rows in telemetry(folder):
            if uid not in meta or uid in uids:
                continue
            _spread(_quarter_hours(rows, meta[uid]), len(uids), Path(scratch))
            uids.append(uid)
            if tell:
                tell(len(uids), len(meta))
        _gather(uids, Path(scratch), out / "readings")
    batteries = [meta[uid] for uid in uids]
    _write_registry(batteries, out / "registry.csv")
    _write_answers(batteries, out / "answers.csv")
    return len(uids)


def _quarter_hours(rows: NDArray[np.float64], battery: FieldBattery) -> NDArray[np.float64]:
    """Means of each quarter hour until the repair, current positive while charging."""
    until_s = day_start_s(battery.repaired_on, "UTC") if battery.repaired_on else np.inf
    rows = rows[np.isfinite(rows[:, 0]) & (rows[:, 0] > 0) & (rows[:, 0] < until_s)]
    cell, place = np.unique(rows[:, 0] // READING_INTERVAL_S, return_inverse=True)
    found = np.empty((cell.size, 4))
    found[:, 0] = cell * READING_INTERVAL_S
    for column in range(1, 4):
        known = np.isfinite(rows[:, column])
        count = np.bincount(place[known], minlength=cell.size)
        total = np.bincount(place[known], rows[known, column], cell.size)
        found[:, column] = np.divide(total, count, out=np.full(cell.size, np.nan), where=count > 0)
    found[:, 1] *= -1.0
    return found


def _spread(rows: NDArray[np.float64], battery: int, scratch: Path) -> None:
    """Append a battery's rows to a file for each month."""
    packed = np.empty(len(rows), _ROW)
    packed["battery"] = battery
    for name, column in (("time", 0), ("a", 1), ("v", 2), ("c", 3)):
        packed[name] = rows[:, column]
    month = packed["time"].astype("datetime64[s]").astype("datetime64[M]")
    for one in np.unique(month):
        with (scratch / f"{one}.rows").open("ab") as file:
            packed[month == one].tofile(file)


def _gather(uids: list[str], scratch: Path, readings: Path) -> None:
    """A Parquet file for each month, in order of time: they arrived as they were measured."""
    readings.mkdir(exist_ok=True)
    names = pa.array(uids, pa.string())
    for path in sorted(scratch.glob("*.rows")):
        rows = np.fromfile(path, _ROW)
        rows = rows[np.argsort(rows["time"], kind="stable")]
        columns = {
            "serial": pa.DictionaryArray.from_arrays(pa.array(rows["battery"]), names),
            "time": pa.array(rows["time"]),
            "received": pa.array(rows["time"]),
        }
        for name, source in _VALUES.items():
            columns[name] = pa.array(rows[source], from_pandas=True)
        pq.write_table(pa.table(columns), readings / f"{path.stem}.parquet")


def _write_registry(batteries: list[FieldBattery], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number, battery in enumerate(batteries):
            names = (battery.uid, battery.uid, f"group {number % GROUPS + 1}", "", "home")
            sizes = (_PANEL_W, CAPACITY_AH, "lead_acid", NOMINAL_V)
            writer.writerow([*names, *sizes, battery.activated_on.isoformat(), *_PLACE])


def _write_answers(batteries: list[FieldBattery], path: Path) -> None:
    """The repair is the failure: when the home went dark before it is not told."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("serial", "fault", "start", "end", "severity", "dark_from"))
        for battery in batteries:
            if battery.repaired_on:
                day = f"{battery.repaired_on.isoformat()}T00:00:00Z"
                writer.writerow((battery.uid, "battery_degraded", day, day, "", day))
