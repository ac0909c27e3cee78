"""A registry grown to a district's or a nation's size from the pilot's sites.

The rule: the sites are taken over and over, copy after copy, until there are enough systems; the
first copy is the pilot itself. Copy k of a village is called after it ("Boti 7") and lies on a
spiral around it, its devices, houses and gateways bear the copy's number behind their own. So every
village has its site's size, kinds and equipment, but its own weather, habits and faults, and the
first N systems are the same whatever the number asked for.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

from collector.domain.device import Assignment, System, Village
from collector.domain.registry import Registry

_SPIRAL_DEG = 0.02
"""Copies cover the land evenly at about one village in 15 km2 [K]."""
_GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))


def grown(sites: Registry, systems: int) -> Registry:
    """The first so many systems of the sites and their copies.

    Raises ValueError when fewer than one is asked for or the sites have no device.
    """
    if systems < 1 or not sites.assignments:
        raise ValueError("a fleet needs one system or more, and sites with devices to copy")
    villages: dict[str, Village] = {}
    rows: list[System] = []
    assignments: list[Assignment] = []
    for village, system, assignment in _endless(sites):
        villages.setdefault(village.name, village)
        rows.append(system)
        assignments.append(assignment)
        if len(rows) == systems:
            break
    return Registry(tuple(villages.values()), tuple(rows), tuple(assignments))


def _endless(sites: Registry) -> Iterator[tuple[Village, System, Assignment]]:
    by_code = {s.code: s for s in sites.systems}
    by_name = {v.name: v for v in sites.villages}
    current = [a for a in sites.assignments if a.until_s is None]
    copy = 1
    while True:
        moved = {name: _moved(village, copy) for name, village in by_name.items()}
        for a in current:
            system = by_code[a.system]
            village = moved[system.village]
            yield village, *_copied(system, a, village.name, copy)
        copy += 1


def _moved(village: Village, copy: int) -> Village:
    if copy == 1:
        return village
    away, angle = _SPIRAL_DEG * math.sqrt(copy - 1), (copy - 1) * _GOLDEN_ANGLE
    return replace(
        village,
        name=f"{village.name} {copy}",
        latitude=round(village.latitude + away * math.sin(angle), 4),
        longitude=round(village.longitude + away * math.cos(angle), 4),
    )


def _copied(
    system: System, assignment: Assignment, village: str, copy: int
) -> tuple[System, Assignment]:
    if copy == 1:
        return system, assignment
    code = f"{system.code}-{copy}"
    gateway = f"{assignment.gateway}-{copy}" if assignment.gateway else ""
    return (
        replace(system, code=code, village=village),
        replace(assignment, serial=f"{assignment.serial}-{copy}", system=code, gateway=gateway),
    )
