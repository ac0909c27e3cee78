"""A week of the quantity that shows a fault, against the band of the healthy neighbours."""

from dataclasses import dataclass

from api.fleet.snapshot import Snapshot
from api.pages.chart import Chart, Trace, curve, runs
from api.pages.window import Window, window
from api.readings.neighbours import band
from api.readings.service import history, last_in_cell
from collector.domain.device import System
from collector.domain.fields import FIELDS, Field
from collector.store.port import ReadingStore

DAYS = 7
_FIELD_OF_PREFIX = {
    "panel": "pv_current_a",
    "lamp": "load_current_a",
    "load": "load_current_a",
    "controller_load": "load_current_a",
}
"""Which quantity shows a fault best, by how its code begins; the battery's voltage for others."""


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A drawing with what it shows. ``neighbours`` is 0 when there is no band."""

    field: Field
    window: Window
    chart: Chart
    neighbours: int


def field_of(fault: str) -> Field:
    """The quantity to draw for a fault."""
    prefixes = [p for p in _FIELD_OF_PREFIX if fault.startswith(p)]
    name = _FIELD_OF_PREFIX[max(prefixes, key=len)] if prefixes else "battery_voltage_v"
    return next(f for f in FIELDS if f.name == name)


def sparkline(store: ReadingStore, snapshot: Snapshot, system: System, fault: str) -> Sparkline:
    """The last seven local days of a system, hour by hour."""
    field = field_of(fault)
    at = window(DAYS, snapshot.at_s, snapshot.village(system).timezone)
    found = history(store, snapshot.fleet, system.code, at.start_s, at.end_s)
    kept = last_in_cell(found.time_s, at.cell_s)
    trace = Trace(found.time_s[kept], found[field.name][kept], runs(found.time_s)[kept])
    around = band(store, snapshot, system, field.name, (at.start_s, at.end_s))
    chart = curve(at, trace, from_zero=field.unit == "A", around=around)
    return Sparkline(field, at, chart, around.neighbours if around else 0)
