"""The registry file: every village, system and device, one row a system."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from collector.domain.device import Assignment, System, Village
from collector.domain.registry_cells import Cell, shown
from collector.domain.registry_conflicts import conflicts
from collector.domain.registry_rows import RegistryRow, RowError, column_positions, parse_row

_SEPARATOR_HINT = re.compile(r"sep=.\r?\n", re.IGNORECASE)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Registry:
    """What a file says. Systems are sorted by house code, assignments by serial."""

    villages: tuple[Village, ...]
    systems: tuple[System, ...]
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class ParsedRegistry:
    """The rows of a file that were understood, and every error in it.

    ``row_count`` is of all rows that are not blank; rows that only repeat another are not in
    ``rows`` but in ``repeated_rows``, by number.
    """

    rows: tuple[RegistryRow, ...]
    errors: tuple[RowError, ...]
    row_count: int
    repeated_rows: tuple[int, ...]
    unknown_columns: tuple[str, ...]

    @property
    def registry(self) -> Registry:
        """What the understood rows say; whole only when there are no errors."""
        villages: dict[str, Village] = {}
        for row in self.rows:
            villages.setdefault(row.village.name, row.village)
        return Registry(
            tuple(villages.values()),
            tuple(sorted((row.system for row in self.rows), key=lambda s: s.code)),
            tuple(sorted((row.assignment for row in self.rows), key=lambda a: a.serial)),
        )


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
    if excel_hint := _SEPARATOR_HINT.match(text):
        text = text[excel_hint.end() :]  # Excel hides this line and does not number it
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
    records: Sequence[Sequence[Cell]], progress: Callable[[int, int], None] | None = None
) -> ParsedRegistry:
    """Rows, the first that is not blank being the header, with all their errors.

    ``progress`` is told now and then (rows done, rows in all).
    """
    numbered = [(i, r) for i, r in enumerate(records, 1) if any(shown(cell) for cell in r)]
    header_row, header = numbered[0] if numbered else (1, ())
    positions, missing, unknown = column_positions(header)
    errors = [
        RowError(header_row, column, "kolom ini tidak ada; tambahkan", "column missing; add it")
        for column in missing
    ]
    if missing:
        return ParsedRegistry((), tuple(errors), max(0, len(numbered) - 1), (), tuple(unknown))
    rows: list[RegistryRow] = []
    for done, (number, record) in enumerate(numbered[1:], 1):
        row, wrong = parse_row(number, record, positions)
        rows += [row] if row else []
        errors += wrong
        if progress and (done % 500 == 0 or done == len(numbered) - 1):
            progress(done, len(numbered) - 1)
    if len(numbered) == 1:
        errors.append(RowError(header_row, "", "tidak ada baris data", "no row below the header"))
    distinct, repeated = _without_repeats(rows)
    errors += conflicts(distinct)
    return ParsedRegistry(
        tuple(distinct),
        tuple(sorted(errors)),
        len(numbered) - 1,
        tuple(repeated),
        tuple(unknown),
    )


def _without_repeats(rows: Sequence[RegistryRow]) -> tuple[list[RegistryRow], list[int]]:
    distinct: dict[tuple[Village, System, Assignment], RegistryRow] = {}
    for row in rows:
        distinct.setdefault((row.village, row.system, row.assignment), row)
    kept = {row.row for row in distinct.values()}
    return list(distinct.values()), [row.row for row in rows if row.row not in kept]
