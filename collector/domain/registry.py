"""The registry file: every village, system and device, one row a system."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from collector.domain.device import Assignment, System, Village
from collector.domain.registry_cells import Cell, shown
from collector.domain.registry_conflicts import conflicts
from collector.domain.registry_rows import RegistryRow, RowError, column_positions, parse_row

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Registry:
    """What a file says. Systems are sorted by house code, assignments by serial."""

    villages: tuple[Village, ...]
    systems: tuple[System, ...]
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class ParsedRegistry:
    """A registry, or every error in its file; rows that only repeat another are counted apart."""

    registry: Registry
    errors: tuple[RowError, ...]
    rows: int
    repeated_rows: tuple[int, ...]
    unknown_columns: tuple[str, ...]


class RegistryError(ValueError):
    """The file cannot be used; ``errors`` has every row that is wrong."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(
            f"{len(self.errors)} errors in the registry; "
            f"the first: row {first.row}, {first.column}: {first.en}"
        )


def read_registry(path: Path) -> Registry:
    """The registry of a CSV file. Raises RegistryError, OSError when it cannot be read."""
    parsed = parse_registry(csv_records(path.read_bytes()))
    if parsed.errors:
        raise RegistryError(parsed.errors)
    return parsed.registry


def csv_records(content: bytes) -> list[list[str]]:
    """Rows of a CSV as Excel may have saved it.

    That is UTF-8 with or without mark, UTF-16 or Windows-1252, separated by comma, semicolon or
    tab. Blank lines stay, so that row numbers are the sheet's. Raises RegistryError when it is
    no CSV.
    """
    if content.startswith(_UTF16_MARKS):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    header = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    separator = max(",;\t", key=header.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        wrong = RowError(
            1,
            "",
            "bukan CSV yang utuh, mungkin ada tanda kutip yang tidak ditutup; simpan ulang",
            "not a whole CSV, perhaps a quotation mark is not closed; save it again",
        )
        raise RegistryError([wrong]) from error


def parse_registry(
    records: Iterable[Sequence[Cell]], progress: Callable[[int], None] | None = None
) -> ParsedRegistry:
    """Rows, the first that is not blank being the header, as a registry or as all their errors.

    ``progress`` is told now and then how many rows are done.
    """
    numbered = (
        (i, record) for i, record in enumerate(records, 1) if any(shown(cell) for cell in record)
    )
    header_row, header = next(numbered, (1, ()))
    positions, missing, unknown = column_positions(header)
    errors = [
        RowError(header_row, column, "kolom ini tidak ada; tambahkan", "column missing; add it")
        for column in missing
    ]
    rows: list[RegistryRow] = []
    seen = 0
    for number, record in () if missing else numbered:
        row, wrong = parse_row(number, record, positions)
        rows += [row] if row else []
        errors += wrong
        seen += 1
        if progress and seen % 500 == 0:
            progress(seen)
    if not missing and not seen:
        errors.append(
            RowError(header_row, "", "tidak ada baris data", "the file has no row below its header")
        )
    distinct, repeated = _without_repeats(rows)
    errors += conflicts(distinct)
    return ParsedRegistry(
        _registry_of(distinct), tuple(sorted(errors)), seen, tuple(repeated), tuple(unknown)
    )


def _without_repeats(rows: Sequence[RegistryRow]) -> tuple[list[RegistryRow], list[int]]:
    distinct: dict[tuple[Village, System, Assignment], RegistryRow] = {}
    for row in rows:
        distinct.setdefault((row.village, row.system, row.assignment), row)
    kept = {row.row for row in distinct.values()}
    return list(distinct.values()), [row.row for row in rows if row.row not in kept]


def _registry_of(rows: Sequence[RegistryRow]) -> Registry:
    villages: dict[str, Village] = {}
    for row in rows:
        villages.setdefault(row.village.name, row.village)
    return Registry(
        tuple(villages.values()),
        tuple(sorted((row.system for row in rows), key=lambda s: s.code)),
        tuple(sorted((row.assignment for row in rows), key=lambda a: a.serial)),
    )
