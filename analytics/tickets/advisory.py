"""One advisory for a village whose systems fall together, instead of a ticket for each.

Haze, ash or dust after the harvest, or a change of the network's clock, touch a whole village in
the same days; nobody is to be sent from house to house with a cloth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.detectors.detector import Detector
from analytics.tickets.night import Finding, Night
from analytics.tickets.ticket import Ticket, TicketKey, TicketScope, TicketState
from analytics.tickets.transitions import (
    SUPERSEDED,
    brought_up_to_date,
    closed_by_data,
    new_ticket,
    spoken_for,
)
from collector.domain.clock import DAY_S

TOGETHER = frozenset({"panel_soiled", "panel_connector_loose", "panel_shaded", "clock_fault"})
"""Faults that have a common cause when many of a village show them at once [K]."""
SET_SHARE, SET_SYSTEMS = 0.25, 5
"""So much of a village, and so many systems, that began within ``FRESH_DAYS`` [K]."""
CLEAR_SHARE = 0.1
FRESH_DAYS = 10.0
STEADY_DAYS = 21.0
"""Not closed sooner: what a whole village shares does not come and go by the day [K]."""
OF_THE_VILLAGE = "village_percent"
"""Evidence of a finding that is the village's own, above zero: no system's ticket speaks for it."""
ADVISORY_SEVERITY, ADVISORY_DUE_DAYS = 0.4, 14.0


@dataclass(frozen=True, slots=True)
class Advisories:
    """What becomes of advisories tonight; ``covered`` villages get no single ticket of a fault."""

    raised: list[Ticket]
    updated: list[Ticket]
    closed: list[Ticket]
    covered: frozenset[tuple[str, str]]


def advisories(
    night: Night, known: Mapping[TicketKey, Ticket], detectors: Mapping[str, Detector]
) -> Advisories:
    """Advisories of every village and fault; ``known`` are the open tickets."""
    told = Advisories([], [], [], frozenset())
    covered: set[tuple[str, str]] = set()
    rows_of: dict[str, list[int]] = {}
    for row, village in enumerate(night.village):
        rows_of.setdefault(village, []).append(row)
    for fault in sorted(TOGETHER & night.judgements.keys() & detectors.keys()):
        for village, rows in rows_of.items():
            found = [r for r in rows if r in night.judgements[fault].found]
            standing = known.get((TicketScope.VILLAGE, village, fault))
            share = len(found) / len(rows)
            if standing is not None and share < CLEAR_SHARE:
                if night.at_s - max(standing.opened_s, standing.state_s) > STEADY_DAYS * DAY_S:
                    told.closed.append(closed_by_data(standing, night.at_s))
                else:
                    covered.add((village, fault))
                continue
            fresh = [r for r in found if _is_fresh(night, r, fault, known)]
            enough = len(fresh) >= max(SET_SYSTEMS, SET_SHARE * len(rows))
            if standing is None and not enough:
                continue
            covered.add((village, fault))
            seen = _seen(night, fault, found)
            if standing is not None:
                told.updated.extend(
                    brought_up_to_date(standing, seen, night.at_s, detectors[fault])
                )
                continue
            first = new_ticket((night.systems[found[0]], fault), seen, night.at_s, detectors[fault])
            due_s = night.at_s + ADVISORY_DUE_DAYS * DAY_S
            told.raised.append(spoken_for(first, TicketScope.VILLAGE, village, due_s))
            told.closed.extend(_taken_in(night, fresh, fault, known))
    return Advisories(told.raised, told.updated, told.closed, frozenset(covered))


def _is_fresh(night: Night, row: int, fault: str, known: Mapping[TicketKey, Ticket]) -> bool:
    ticket = known.get((TicketScope.SYSTEM, night.systems[row], fault))
    if night.judgements[fault].found[row].evidence.get(OF_THE_VILLAGE, 0.0) > 0.0:
        return True
    return ticket is None or night.at_s - ticket.opened_s <= FRESH_DAYS * DAY_S


def _taken_in(
    night: Night, rows: Sequence[int], fault: str, known: Mapping[TicketKey, Ticket]
) -> list[Ticket]:
    """The first systems' own tickets, where nobody works on them yet."""
    own = (known.get((TicketScope.SYSTEM, night.systems[row], fault)) for row in rows)
    reason = SUPERSEDED.format(cause="the whole village")
    return [
        closed_by_data(t, night.at_s, reason)
        for t in own
        if t is not None and t.state is TicketState.NEW
    ]


def _seen(night: Night, fault: str, rows: Sequence[int]) -> Finding:
    """The middle of what the systems show, and how many they are."""
    every = [night.judgements[fault].found[row].evidence for row in rows]
    names = every[0] if every else {}
    evidence = {n: round(float(np.median([e.get(n, np.nan) for e in every])), 3) for n in names}
    return Finding(ADVISORY_SEVERITY, {**evidence, "systems_together": float(len(rows))})
