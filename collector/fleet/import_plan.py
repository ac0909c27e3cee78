"""What a registry file changes: compares its rows with the registry as it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from collector.domain.clock import day_start_s
from collector.domain.device import Assignment, System, Village
from collector.domain.registry_rows import RegistryRow, RowError
from collector.fleet.changes import FleetChanges
from collector.fleet.port import Fleet


class RowsRefusedError(ValueError):
    """Rows that are right by themselves but contradict the registry."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = tuple(errors)
        super().__init__(f"{len(self.errors)} rows contradict the registry")


@dataclass(slots=True)
class _Plan:
    ended: list[Assignment] = field(default_factory=list)
    corrected: list[tuple[Assignment, Assignment]] = field(default_factory=list)
    begun: list[Assignment] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def plan_import(rows: Sequence[RegistryRow], fleet: Fleet, now_s: int) -> FleetChanges:
    """The changes that make the registry say what the rows say; what they do not name stays.

    A house whose device has another serial than before had it swapped at ``now_s`` (UTC seconds).
    Raises RowsRefusedError with every row that contradicts the registry.
    """
    villages: dict[str, Village] = {}
    for row in rows:
        villages.setdefault(row.village.name, row.village)
    plan = _Plan()
    holder = {a.serial: a for a in fleet.assignments if a.until_s is None}
    named = {row.system.code for row in rows}
    for row in rows:
        here = _current(fleet, row.system.code)
        elsewhere = holder.get(row.assignment.serial)
        if elsewhere and elsewhere.system not in named:
            plan.errors.append(_held(row, elsewhere.system))
        elif here and here.serial == row.assignment.serial:
            _correct(plan, fleet, row, here)
        else:
            _install(plan, fleet, row, here, now_s)
    plan.errors += _shared_addresses(rows, fleet)
    if plan.errors:
        raise RowsRefusedError(sorted(plan.errors))
    return FleetChanges(
        tuple(v for v in villages.values() if fleet.villages.get(v.name) != v),
        tuple(r.system for r in rows if fleet.by_code.get(r.system.code) != r.system),
        tuple(plan.ended),
        tuple(plan.corrected),
        tuple(plan.begun),
    )


def _current(fleet: Fleet, code: str) -> Assignment | None:
    history = fleet.by_system.get(code, ())
    return history[-1] if history and history[-1].until_s is None else None


def _correct(plan: _Plan, fleet: Fleet, row: RegistryRow, here: Assignment) -> None:
    """The same device stays: its gateway, map and address may be put right, and its first day."""
    first = len(fleet.by_system[here.system]) == 1 and len(fleet.by_serial[here.serial]) == 1
    from_s = row.assignment.from_s if first and _since_installed(fleet, here) else here.from_s
    wanted = replace(row.assignment, from_s=from_s)
    if wanted != here:
        plan.corrected.append((here, wanted))


def _since_installed(fleet: Fleet, here: Assignment) -> bool:
    system: System = fleet.by_code[here.system]
    timezone = fleet.villages[system.village].timezone
    return here.from_s == day_start_s(system.installed_on, timezone)


def _install(
    plan: _Plan, fleet: Fleet, row: RegistryRow, here: Assignment | None, now_s: int
) -> None:
    """Another device than before, or the first one of a new system."""
    system_had = fleet.by_system.get(row.system.code, ())
    serial_had = fleet.by_serial.get(row.assignment.serial, ())
    from_s = row.assignment.from_s
    if system_had or serial_had:
        # An assignment lasts a second at least, also one that was to begin later than now.
        from_s = max(now_s, *(_free_from_s(a) for a in (*system_had, *serial_had)))
    if here:
        plan.ended.append(replace(here, until_s=max(now_s, here.from_s + 1)))
    plan.begun.append(replace(row.assignment, from_s=from_s))


def _free_from_s(a: Assignment) -> int:
    return a.from_s + 1 if a.until_s is None else a.until_s


def _held(row: RegistryRow, code: str) -> RowError:
    serial = row.assignment.serial
    return RowError(
        row.row,
        "serial",
        f"{serial} masih terpasang di {code}; tulis juga alat baru {code} di berkas ini",
        f"{serial} is still installed at {code}; name the new device of {code} in this file too",
    )


def _shared_addresses(rows: Sequence[RegistryRow], fleet: Fleet) -> Iterator[RowError]:
    """Rows whose bus address a device outside the file has."""
    named = {row.system.code for row in rows}
    taken: dict[tuple[str, int | None], str] = {
        (a.gateway, a.unit): a.system
        for a in fleet.assignments
        if a.until_s is None and a.unit is not None and a.system not in named
    }
    for row in rows:
        code = taken.get((row.assignment.gateway, row.assignment.unit))
        if code:
            yield RowError(
                row.row,
                "unit",
                f"unit {row.assignment.unit} di {row.assignment.gateway} sudah dipakai {code}",
                f"unit {row.assignment.unit} of {row.assignment.gateway} is already used by {code}",
            )
