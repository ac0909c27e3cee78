"""Makes ``registry.csv`` out of ``sites.csv``: the same file, byte for byte, every time.

Run from the root of the repository: ``python -m deploy.pilot.make_registry``.
How many systems stand where is fact; which panel and battery a house has is drawn, see README.md.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

from collector.domain.device import Chemistry, Kind
from collector.domain.house_code import house_code
from collector.domain.registry_rows import OPTIONAL, REQUIRED

HERE = Path(__file__).parent
SEED = 2016
COLUMNS = (
    *("serial", "household", "village", "district", "province", "hamlet", "kind", "panel_w"),
    *("battery_ah", "battery_chemistry", "nominal_v", "installed_on", "latitude", "longitude"),
    *("timezone", "gateway", "controller", "unit"),
)
MODBUS_GATEWAY = "gw-kusi-utara"
CONTROLLER = "epever_tracer"
HOUSES_A_HAMLET = 45
LFP_SHARE = {2016: 0.06, 2017: 0.10, 2018: 0.32, 2019: 0.50}
"""Share of lithium batteries by year of installation: a fifth of the pilot [K]."""


@dataclass(frozen=True, slots=True)
class Build:
    """A size that is installed together; battery in Ah at 12 V for each chemistry."""

    weight: float
    panel_w: int
    lead_acid_ah: int
    lfp_ah: int


# Sizes sold as sets in Indonesia, batteries holding 1-3 days of use [K].
BUILDS: Mapping[Kind, tuple[Build, ...]] = {
    Kind.HOME: (
        Build(0.18, 20, 7, 6),
        Build(0.22, 30, 12, 10),
        Build(0.30, 50, 26, 20),
        Build(0.18, 80, 65, 36),
        Build(0.12, 100, 100, 50),
    ),
    Kind.STREET_LIGHT: (
        Build(0.40, 60, 50, 24),
        Build(0.40, 80, 65, 36),
        Build(0.20, 100, 100, 48),
    ),
    Kind.FACILITY: (
        Build(0.40, 100, 100, 60),
        Build(0.40, 200, 200, 100),
        Build(0.20, 300, 300, 150),
    ),
}


def registry_text() -> str:
    """The whole registry as CSV."""
    draw = Random(SEED)  # noqa: S311 - no secret
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    number = 0
    with (HERE / "sites.csv").open(encoding="utf-8", newline="") as sites:
        for site in csv.DictReader(sites):
            for row in _systems(site, draw):
                number += 1
                writer.writerow({"serial": f"KPK-{number:04d}", **row})
    return out.getvalue()


def _systems(site: Mapping[str, str], draw: Random) -> Iterator[dict[str, object]]:
    kinds = [
        *[Kind.HOME] * int(site["homes"]),
        *[Kind.STREET_LIGHT] * int(site["street_lights"]),
        *[Kind.FACILITY] * int(site["facilities"]),
    ]
    shared = {c: site[c] for c in ("village", "district", "province", "timezone")}
    shared |= {c: site[c] for c in ("latitude", "longitude", "gateway")}
    hamlets = -(-len(kinds) // HOUSES_A_HAMLET)
    for i, kind in enumerate(kinds):
        yield {
            **shared,
            "household": house_code(site["prefix"], i + 1),
            "hamlet": f"Dusun {1 + i * hamlets // len(kinds)}",
            "kind": kind.value,
            **_hardware(kind, int(site["installed"]), draw),
            "installed_on": _installed_on(int(site["installed"]), i / len(kinds), draw),
            "controller": CONTROLLER if site["gateway"] else "",
            "unit": i + 1 if site["gateway"] == MODBUS_GATEWAY else "",
        }


def _hardware(kind: Kind, year: int, draw: Random) -> dict[str, object]:
    # Only Random.random() is promised to stay the same from one Python to the next.
    point, lfp = draw.random(), draw.random() < LFP_SHARE[year]
    build = _picked(BUILDS[kind], point)
    return {
        "panel_w": build.panel_w,
        "battery_ah": build.lfp_ah if lfp else build.lead_acid_ah,
        "battery_chemistry": (Chemistry.LFP if lfp else Chemistry.LEAD_ACID).value,
        "nominal_v": 12,
    }


def _picked(builds: Sequence[Build], point: float) -> Build:
    reached = accumulate(build.weight for build in builds)
    return next((b for b, upto in zip(builds, reached, strict=True) if point < upto), builds[-1])


def _installed_on(year: int, progress: float, draw: Random) -> date:
    """Teams go from house to house from February to November."""
    return date(year, 2, 1) + timedelta(days=int(progress * 270 + draw.random() * 20))


if __name__ == "__main__":
    if set(COLUMNS) != {*REQUIRED, *OPTIONAL}:
        raise SystemExit("the registry's columns changed: adapt COLUMNS")
    (HERE / "registry.csv").write_text(registry_text(), encoding="utf-8", newline="")
