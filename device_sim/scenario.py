"""Scenario files: which fleet, which days, and what is to go wrong. One TOML file each.

A file has ``about``, ``registry`` (a path beside it), ``start`` (a date, UTC), ``days``, and may
have ``systems`` (grown or cut to so many), ``district`` (only its sites), ``sample`` (so many of
them, evenly from all), ``only`` (fault codes; all others stay away), ``healthy`` (true: no faults),
``[rates]`` (episodes for a system and year, by fault code), ``[[outages]]`` (``share`` of the
gateways, ``from_day``, ``days``), ``[[haze]]`` (``depth``, ``from_day``, ``days``) and
``[country]`` (what differs elsewhere: `country.py`).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from collector.domain.clock import DAY_S
from collector.domain.registry import Registry, read_registry
from device_sim.country import Country
from device_sim.fault import Episode, Fault
from device_sim.faults import known_faults
from device_sim.faults.silent import CODE as SILENT
from device_sim.fleet import Fleet
from device_sim.growth import grown
from device_sim.haze import Haze
from device_sim.noise import key_of

FOLDER = Path(__file__).parent / "scenarios"
ONE_FAULT = FOLDER / "one_fault.toml"
"""The setting of the scenarios that are called after a fault and have no other."""
_KEYS = {
    *("about", "registry", "start", "days", "systems", "district", "sample", "only", "healthy"),
    *("rates", "outages", "haze", "country"),
}
_ONE_FAULT_RATE = 0.5


class ScenarioError(ValueError):
    """There is no such scenario, or its file is wrong; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A share of all gateways is down from a day of the run on, for so many days."""

    share: float
    from_day: float
    days: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a file says; ``systems`` None takes the registry as it is."""

    about: str
    registry: Path
    start_s: int
    days: float
    systems: int | None = None
    district: str = ""
    only: tuple[str, ...] = ()
    rates: Mapping[str, float] | None = None
    outages: tuple[Outage, ...] = ()
    sample: int | None = None
    healthy: bool = False
    haze: tuple[Haze, ...] = ()
    country: Country = field(default_factory=Country)

    def faults(self) -> tuple[Fault, ...]:
        """The faults that may strike, at this scenario's rates."""
        rates = self.rates or {}
        if self.healthy:
            return ()
        return tuple(
            replace(f, rate_per_year=rates.get(f.code, f.rate_per_year))
            for f in known_faults()
            if not self.only or f.code in self.only
        )

    def sites(self, systems: int | None = None) -> Registry:
        """The fleet's registry, of ``systems`` at most when given.

        Raises OSError, RegistryError, ValueError when the district has no system.
        """
        registry = read_registry(self.registry)
        if self.district:
            registry = _of_district(registry, self.district)
        if self.sample:
            registry = _sampled(registry, self.sample)
        registry = self.country.moved(registry)
        wanted = self.systems or len(registry.assignments)
        wanted = min(wanted, systems) if systems else wanted
        return grown(registry, wanted)

    def episodes(self, fleet: Fleet, seed: int, start_s: float) -> list[Episode]:
        """The outages of a run, by serial."""
        found = []
        for number, outage in enumerate(self.outages):
            begin_s = start_s + outage.from_day * DAY_S
            down = {
                g
                for g in fleet.gateways
                if key_of(seed, "outage", number, g) / 2.0**64 < outage.share
            }
            found += [
                Episode(SILENT, a.serial, begin_s, begin_s + outage.days * DAY_S)
                for a in fleet.assignments
                if a.gateway in down
            ]
        return found


def scenario_names() -> list[str]:
    """Every name that ``scenario_of`` knows: the files, and each fault's code."""
    files = {p.stem for p in FOLDER.glob("*.toml") if p != ONE_FAULT}
    return sorted(files | {f.code for f in known_faults()})


def scenario_of(name: str) -> Scenario:
    """The scenario of a name or a file. Raises ScenarioError, OSError."""
    named = FOLDER / f"{name}.toml"
    if name in scenario_names():
        if named.is_file():
            return _read(named)
        rates = {name: _ONE_FAULT_RATE}
        about = f"The pilot with {name} alone, in one of eight systems."
        return replace(_read(ONE_FAULT), about=about, only=(name,), rates=rates)
    if Path(name).suffix == ".toml":
        if not Path(name).is_file():
            raise ScenarioError(f"there is no file {name}")
        return _read(Path(name))
    raise ScenarioError(
        f"no scenario {name!r}; there are {', '.join(scenario_names())}, or give a .toml file"
    )


def _read(path: Path) -> Scenario:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        _check(told)
        start = datetime.combine(date.fromisoformat(str(told["start"])), time(), UTC)
        return Scenario(
            about=str(told["about"]),
            registry=path.parent / told["registry"],
            start_s=int(start.timestamp()),
            days=float(told["days"]),
            systems=int(told["systems"]) if "systems" in told else None,
            district=told.get("district", ""),
            only=tuple(told.get("only", ())),
            rates={code: float(rate) for code, rate in told.get("rates", {}).items()},
            outages=tuple(Outage(**outage) for outage in told.get("outages", ())),
            sample=int(told["sample"]) if "sample" in told else None,
            healthy=bool(told.get("healthy", False)),
            haze=tuple(Haze(**haze) for haze in told.get("haze", ())),
            country=Country(**told.get("country", {})),
        )
    except KeyError as error:
        raise ScenarioError(f"{path}: {error.args[0]} is missing; add it") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise ScenarioError(f"{path}: {error}") from error


def _check(told: Mapping[str, Any]) -> None:
    codes = {f.code for f in known_faults()}
    _known("settings", told, _KEYS)
    for key in ("days", "systems", "sample"):
        if key in told and not told[key] > 0:
            raise ValueError(f"{key} must be above 0, not {told[key]}")
    _known("faults", [*told.get("only", ()), *told.get("rates", {})], codes)


def _known(what: str, given: Sequence[str] | Mapping[str, Any], known: set[str]) -> None:
    if wrong := sorted(set(given) - known):
        raise ValueError(f"unknown {what} {', '.join(wrong)}; there are {', '.join(sorted(known))}")


def _of_district(registry: Registry, district: str) -> Registry:
    villages = tuple(v for v in registry.villages if v.district == district)
    names = {v.name for v in villages}
    systems = tuple(s for s in registry.systems if s.village in names)
    codes = {s.code for s in systems}
    if not codes:
        raise ValueError(f"the registry has no system in a district {district!r}")
    return Registry(villages, systems, tuple(a for a in registry.assignments if a.system in codes))


def _sampled(registry: Registry, systems: int) -> Registry:
    """So many devices, evenly from the whole list: every larger village keeps its share."""
    rows = range(min(systems, len(registry.assignments)))
    step = len(registry.assignments) / max(len(rows), 1)
    kept = tuple(registry.assignments[int(row * step)] for row in rows)
    codes = {a.system for a in kept}
    systems_kept = tuple(s for s in registry.systems if s.code in codes)
    names = {s.village for s in systems_kept}
    return Registry(tuple(v for v in registry.villages if v.name in names), systems_kept, kept)
