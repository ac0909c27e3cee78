"""Counts by state, villages as rows, and lists of systems."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics.detectors.detector import Text
from analytics.tickets.ticket import SystemStatus
from api.fleet.snapshot import Snapshot
from api.problems.catalogue import (
    INVALID_REQUEST,
    MISTYPED_CODE,
    UNKNOWN_SYSTEM,
    ProblemError,
)
from collector.domain.device import Kind, System, Village
from collector.domain.house_code import HouseCodeError, read_house_code


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village with what is known of its systems. ``newest_s`` is None before any data."""

    village: Village
    systems: int
    by_status: Mapping[SystemStatus, int]
    open_tickets: int
    overdue: int
    newest_s: float | None


@dataclass(frozen=True, slots=True)
class SystemFilter:
    """Which systems to list; None means any."""

    village: str | None = None
    status: SystemStatus | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class SystemPage:
    """Some systems in the order of their codes; ``next_cursor`` is None on the last page."""

    items: Sequence[System]
    total: int
    next_cursor: str | None = field(default=None)


def count_by_status(snapshot: Snapshot, systems: Sequence[System]) -> dict[SystemStatus, int]:
    """How many of these systems are in each state; every state is a key."""
    found = Counter(snapshot.status(s.code) for s in systems)
    return {status: found[status] for status in SystemStatus}


def village_rows(snapshot: Snapshot, newest_s: Mapping[str, float]) -> list[VillageRow]:
    """All villages, those with overdue and open tickets first, then by name."""
    rows = [_village_row(snapshot, name, newest_s) for name in snapshot.fleet.villages]
    return sorted(rows, key=lambda r: (-r.overdue, -r.open_tickets, r.village.name))


def _village_row(snapshot: Snapshot, name: str, newest_s: Mapping[str, float]) -> VillageRow:
    systems = snapshot.systems_of[name]
    tickets = [t for s in systems for t in snapshot.tickets_of.get(s.code, ())]
    return VillageRow(
        village=snapshot.fleet.villages[name],
        systems=len(systems),
        by_status=count_by_status(snapshot, systems),
        open_tickets=len(tickets),
        overdue=sum(t.due_s < snapshot.at_s for t in tickets),
        newest_s=max((newest_s[s.code] for s in systems if s.code in newest_s), default=None),
    )


def find_systems(snapshot: Snapshot, wanted: SystemFilter, after: str, limit: int) -> SystemPage:
    """Up to ``limit`` systems with a code greater than ``after`` (the keyset cursor).

    Raises ProblemError when the village is not registered.
    """
    systems: Sequence[System] = snapshot.fleet.systems
    if wanted.village is not None:
        systems = snapshot.systems_of[known_village(snapshot, wanted.village).name]
    matching = [
        s
        for s in systems
        if (wanted.kind is None or s.kind is wanted.kind)
        and (wanted.status is None or snapshot.status(s.code) is wanted.status)
    ]
    start = bisect_right(matching, after, key=lambda s: s.code)
    page = matching[start : start + limit]
    more = start + limit < len(matching)
    return SystemPage(page, len(matching), page[-1].code if more else None)


def known_village(snapshot: Snapshot, name: str) -> Village:
    """The village of this name, in any case. Raises ProblemError when there is none."""
    for known, village in snapshot.fleet.villages.items():
        if known.casefold() == name.strip().casefold():
            return village
    raise ProblemError(
        INVALID_REQUEST,
        Text(f"Tidak ada desa bernama “{name}”.", f"There is no village called “{name}”."),
    )


def known_system(snapshot: Snapshot, code: str) -> System:
    """The system of a house code, typed in any case. Raises ProblemError with the reason."""
    found = snapshot.fleet.by_code.get(code.strip().upper())
    if found is not None:
        return found
    try:
        read = read_house_code(code)
    except HouseCodeError as error:
        raise _not_a_code(code, mistyped=error.mistyped) from error
    found = snapshot.fleet.by_code.get(read)
    if found is None:
        raise ProblemError(
            UNKNOWN_SYSTEM,
            Text(
                f"{read} benar ditulis, tetapi tidak ada dalam daftar.",
                f"{read} is written correctly, but it is not registered.",
            ),
        )
    return found


def _not_a_code(code: str, *, mistyped: bool) -> ProblemError:
    shown = code.strip()[:40]
    if mistyped:
        return ProblemError(
            MISTYPED_CODE,
            Text(
                f"“{shown}” salah ketik: satu huruf atau angka tidak cocok.",
                f"“{shown}” is mistyped: one character does not fit.",
            ),
        )
    return ProblemError(
        UNKNOWN_SYSTEM,
        Text(
            f"“{shown}” bukan kode rumah. Bentuknya seperti OEM-0142-0.",
            f"“{shown}” is not a house code. It looks like OEM-0142-0.",
        ),
    )
