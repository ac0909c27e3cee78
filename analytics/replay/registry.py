"""The registry of a record: who was there, read as forgivingly as it may be."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite, nan
from pathlib import Path
from statistics import median
from typing import TypeVar
from zoneinfo import ZoneInfo

from collector.domain.clock import DAY_S, day_start_s
from collector.domain.device import Assignment, Chemistry, Kind, System, Village
from collector.fleet.port import Fleet

COLUMNS = (
    *("serial", "household", "village", "district", "kind", "panel_w", "battery_ah"),
    *("battery_chemistry", "nominal_v", "installed_on", "latitude", "longitude", "timezone"),
    "gateway",
)
NEEDED = ("serial", "village", "kind", "panel_w", "battery_ah", "battery_chemistry")
USUAL_V = 12.0
_Choice = TypeVar("_Choice")
_KINDS = {k.value: k for k in Kind}
_CHEMISTRIES = {c.value: c for c in Chemistry}


class RecordError(ValueError):
    """A file of a record cannot be used; the text tells a person what to mend."""


@dataclass(frozen=True, slots=True)
class RecordRegistry:
    """Every system of a record under its serial.

    ``village_names`` gives the name that the file uses for each key of ``villages`` (two districts
    may have a village of the same name). ``installed`` has no entry where the file has no date.
    ``notes`` say what was missing and taken as usual instead.
    """

    villages: Mapping[str, Village]
    village_names: Mapping[str, str]
    systems: tuple[System, ...]
    gateways: Mapping[str, str]
    installed: Mapping[str, date]
    notes: tuple[str, ...]


def read_registry(path: Path) -> RecordRegistry:
    """Read registry.csv. Raises RecordError with the row at fault, OSError."""
    rows = _records(path)
    villages, names, key_of = _villages(rows)
    systems: dict[str, System] = {}
    gateways: dict[str, str] = {}
    installed: dict[str, date] = {}
    notes: Counter[str] = Counter()
    for number, row in rows:
        serial = row["serial"]
        if not serial:
            raise RecordError(f"{path.name}, row {number}: the serial is empty")
        if serial in systems:
            raise RecordError(f"{path.name}, row {number}: {serial} stands there twice")
        day = _date(row["installed_on"])
        if day:
            installed[serial] = day
        else:
            notes["without a date of installation: counted from their first reading"] += 1
        systems[serial] = System(
            serial,
            _one_of(_KINDS, row["kind"], f"{path.name}, row {number}, kind"),
            key_of[_place(row)],
            "",
            _size(row["panel_w"], f"{path.name}, row {number}, panel_w"),
            _size(row["battery_ah"], f"{path.name}, row {number}, battery_ah"),
            _one_of(_CHEMISTRIES, row["battery_chemistry"], f"{path.name}, row {number}, battery"),
            _number(row["nominal_v"]) if _number(row["nominal_v"]) > 0 else USUAL_V,
            day or date(1970, 1, 1),
        )
        if row["gateway"]:
            gateways[serial] = row["gateway"]
    ordered = tuple(systems[serial] for serial in sorted(systems))
    told = tuple(f"{count} systems {what}" for what, count in notes.items())
    return RecordRegistry(villages, names, ordered, gateways, installed, told)


def assignments(registry: RecordRegistry, since_s: Mapping[str, int]) -> tuple[Assignment, ...]:
    """One device a system, named alike, from the second given (systems without one: none)."""
    return tuple(
        Assignment(s.code, s.code, since_s[s.code], gateway=registry.gateways.get(s.code, ""))
        for s in registry.systems
        if s.code in since_s
    )


def heard_fleet(registry: RecordRegistry, first_heard: Mapping[str, int]) -> Fleet:
    """Devices count from the day after which the registry or their first reading knows them.

    ``first_heard`` has the UTC day (since 1970) on which each serial was first received.
    """
    since_s = {serial: (day - 1) * DAY_S for serial, day in first_heard.items()}
    for serial, day in registry.installed.items():
        installed_s = day_start_s(day, "UTC")
        since_s[serial] = min(since_s.get(serial, installed_s), installed_s)
    return Fleet(registry.villages, registry.systems, assignments(registry, since_s))


Row = tuple[int, dict[str, str]]


def _records(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise RecordError(f"{path.name}: columns are missing: {', '.join(missing)}")
        rows = [
            (number, {name: (row.get(name) or "").strip() for name in COLUMNS})
            for number, row in enumerate(reader, 2)
        ]
    if not rows:
        raise RecordError(f"{path.name}: there is no system in it")
    return rows


def _place(row: Mapping[str, str]) -> tuple[str, str]:
    return row["district"], row["village"]


def _villages(
    rows: Sequence[Row],
) -> tuple[dict[str, Village], dict[str, str], dict[tuple[str, str], str]]:
    members: dict[tuple[str, str], list[dict[str, str]]] = {}
    for _, row in rows:
        members.setdefault(_place(row), []).append(row)
    used = Counter(name for _, name in members)
    villages: dict[str, Village] = {}
    key_of: dict[tuple[str, str], str] = {}
    for (district, name), mine in members.items():
        key = name if used[name] == 1 else f"{name}, {district}"
        key_of[district, name] = key
        latitude = _middle(_number(row["latitude"]) for row in mine)
        longitude = _middle(_number(row["longitude"]) for row in mine)
        zone = _zone([row["timezone"] for row in mine], longitude)
        villages[key] = Village(key, district, "", zone, latitude or 0.0, longitude or 0.0)
    return villages, {key: name for (_, name), key in key_of.items()}, key_of


def _zone(named: Sequence[str], longitude: float | None) -> str:
    """The zone most systems have; without one, that of the longitude (15 degrees an hour)."""
    known = Counter(name for name in named if _is_zone(name))
    if known:
        return known.most_common(1)[0][0]
    hours = round((longitude or 0.0) / 15.0)
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and ZoneInfo(name) is not None
    except (ValueError, OSError, LookupError):
        return False


def _middle(values: Iterable[float]) -> float | None:
    known = [v for v in values if isfinite(v)]
    return median(known) if known else None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return nan


def _size(text: str, where: str) -> float:
    value = _number(text)
    if not (isfinite(value) and value > 0):
        raise RecordError(f"{where}: {text or 'an empty cell'} is no size; write it as 50")
    return value


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _one_of(choices: Mapping[str, _Choice], text: str, where: str) -> _Choice:
    try:
        return choices[text.lower()]
    except KeyError:
        raise RecordError(f"{where}: {text!r} is none of {', '.join(choices)}") from None
