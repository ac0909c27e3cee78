"""Taking a registry file in: every error at once, or everything at once."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from collector.domain.clock import Clock
from collector.domain.registry import ParsedRegistry, RegistryError, parse_registry
from collector.domain.registry_rows import RowError
from collector.fleet.changes import ChangeableFleet, FleetChanges
from collector.fleet.import_plan import RowsRefusedError, plan_import
from collector.fleet.port import Fleet
from collector.fleet.sheet import read_records

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all)."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or what it would do (``dry_run``), or why it did nothing (``errors``)."""

    rows: int
    errors: tuple[RowError, ...]
    repeated_rows: tuple[int, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    new_villages: int = 0
    changed_villages: int = 0
    new_systems: int = 0
    changed_systems: int = 0
    new_devices: int = 0
    swapped_devices: int = 0
    corrected_devices: int = 0
    dry_run: bool = False

    @property
    def changed(self) -> bool:
        """Whether the registry is (or, in a dry run, would be) another than before."""
        return any(
            (
                self.new_villages,
                self.changed_villages,
                self.new_systems,
                self.changed_systems,
                self.new_devices,
                self.swapped_devices,
                self.corrected_devices,
            )
        )


def import_registry(
    path: Path,
    fleet: ChangeableFleet,
    clock: Clock,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """Bring the registry to what a CSV or XLSX file says; all rows or, if any is wrong, none.

    Importing a file again changes nothing. Houses that the file does not name stay as they are.
    Raises OSError when the file cannot be read, sqlalchemy's OperationalError when the database
    is out of reach; wrong rows are in the result.
    """
    try:
        parsed = parse_registry(read_records(path), progress)
    except RegistryError as error:
        return ImportResult(0, error.errors, dry_run=dry_run)
    errors = parsed.errors
    if not errors:
        try:
            return _carry_out(parsed, fleet, clock, dry_run=dry_run)
        except RowsRefusedError as refused:
            errors = refused.errors
    return ImportResult(
        parsed.row_count, errors, parsed.repeated_rows, parsed.unknown_columns, dry_run=dry_run
    )


def _carry_out(
    parsed: ParsedRegistry, fleet: ChangeableFleet, clock: Clock, *, dry_run: bool
) -> ImportResult:
    before: list[Fleet] = []

    def plan(now: Fleet) -> FleetChanges:
        before.append(now)
        return plan_import(parsed.rows, now, int(clock()))

    changes = plan(fleet.load()) if dry_run else fleet.change(plan)
    return _result(parsed, before[-1], changes, dry_run=dry_run)


def _result(
    parsed: ParsedRegistry, before: Fleet, changes: FleetChanges, *, dry_run: bool
) -> ImportResult:
    swapped = len({a.system for a in changes.ended} & {a.system for a in changes.begun})
    new_villages = _count_new([v.name for v in changes.villages], before.villages)
    new_systems = _count_new([s.code for s in changes.systems], before.by_code)
    return ImportResult(
        rows=parsed.row_count,
        errors=(),
        repeated_rows=parsed.repeated_rows,
        unknown_columns=parsed.unknown_columns,
        new_villages=new_villages,
        changed_villages=len(changes.villages) - new_villages,
        new_systems=new_systems,
        changed_systems=len(changes.systems) - new_systems,
        new_devices=len(changes.begun) - swapped,
        swapped_devices=swapped,
        corrected_devices=len(changes.corrected),
        dry_run=dry_run,
    )


def _count_new(keys: Sequence[str], known: Container[str]) -> int:
    return sum(1 for key in keys if key not in known)
