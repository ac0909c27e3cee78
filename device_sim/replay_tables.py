"""The small tables of a recording: who is there, and what the programme noted."""

import csv
from collections.abc import Iterable
from pathlib import Path

from collector.domain.registry import Registry
from device_sim.mending import Event

REGISTRY_COLUMNS = (
    *("serial", "household", "village", "district", "kind", "panel_w", "battery_ah"),
    *("battery_chemistry", "nominal_v", "installed_on", "latitude", "longitude", "timezone"),
    "gateway",
)
EVENT_COLUMNS = ("serial", "time", "event")


def write_registry(registry: Registry, path: Path) -> None:
    """Every device with its house, one row each, in the registry's order."""
    villages = {v.name: v for v in registry.villages}
    systems = {s.code: s for s in registry.systems}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(REGISTRY_COLUMNS)
        for a in registry.assignments:
            s = systems[a.system]
            v = villages[s.village]
            sizes = (f"{number:g}" for number in (s.panel_w, s.battery_ah))
            place = (v.latitude, v.longitude, v.timezone, a.gateway)
            battery = (s.battery_chemistry.value, f"{s.nominal_v:g}")
            names = (a.serial, s.code, v.name, v.district, s.kind.value)
            writer.writerow([*names, *sizes, *battery, s.installed_on.isoformat(), *place])


def write_events(events: Iterable[Event], path: Path) -> None:
    """The log of deeds; times in UTC seconds."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(EVENT_COLUMNS)
        writer.writerows((e.serial, e.time_s, e.event) for e in events)
