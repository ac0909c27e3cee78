"""Who is struck by what and when, drawn for each period: a fleet has its share of faults."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from collector.domain.clock import DAY_S
from device_sim.fault import Episode, Fault, Span
from device_sim.fleet import Fleet
from device_sim.noise import key_of

_YEAR_S = 365.25 * DAY_S


@dataclass(frozen=True, slots=True)
class Lot:
    """What a plan is drawn with. ``spared_gateways`` are never down: real ones stand for them."""

    seed: int
    faults: Sequence[Fault]
    spared_gateways: frozenset[str] = frozenset()


def plan(fleet: Fleet, lot: Lot, span: Span, earlier: Iterable[Episode] = ()) -> list[Episode]:
    """Episodes of a period, at most one fault of its own a system, sorted by serial.

    Systems that one of the ``earlier`` episodes still holds are left alone.

    Of each fault so many systems are struck as its rate says, give or take one, those with the
    lowest draw: which system it hits depends on its serial.
    """
    taken = {e.serial for e in earlier if e.end_s > span.start_s}
    episodes: list[Episode] = []
    for fault in lot.faults:
        struck = _struck(fault, fleet, lot, span, taken)
        episodes += struck
        if fault.scope == "system":
            taken |= {e.serial for e in struck}
    return sorted(episodes, key=lambda e: (e.serial, e.start_s))


def _struck(fault: Fault, fleet: Fleet, lot: Lot, span: Span, taken: set[str]) -> list[Episode]:
    label = f"{fault.code}/{fault.scope}/{int(span.start_s)}"
    candidates = list(_candidates(fault, fleet, lot, taken))
    years = (span.end_s - span.start_s) / _YEAR_S
    if span.opening:
        years += fault.standing_years
    # A share of an episode is one in so many periods: few lamps have their faults, too.
    part = key_of(lot.seed, "part", label, *sorted(fault.kinds)) / 2.0**64
    expected = fault.rate_per_year * len(candidates) * years
    number = min(len(candidates), int(expected + part))
    by_draw = sorted(candidates, key=lambda name: key_of(lot.seed, "struck", label, name))
    found: list[Episode] = []
    for name in by_draw[:number]:
        rng = np.random.default_rng(key_of(lot.seed, "course", label, name))
        episode = fault.draw(rng, name, span)
        found += [replace(episode, serial=serial) for serial in _members(fault, fleet, name)]
    return found


def _candidates(fault: Fault, fleet: Fleet, lot: Lot, taken: set[str]) -> Iterator[str]:
    if fault.scope == "gateway":
        yield from (g for g in fleet.gateways if g not in lot.spared_gateways)
        return
    able = fleet.modules.diodes > 0 if fault.needs_diodes else np.ones(len(fleet), bool)
    for serial, system, can in zip(fleet.serials, fleet.systems, able, strict=True):
        if system.kind in fault.kinds and serial not in taken and can:
            yield serial


def _members(fault: Fault, fleet: Fleet, name: str) -> tuple[str, ...]:
    if fault.scope == "system":
        return (name,)
    return tuple(a.serial for a in fleet.assignments if a.gateway == name)
