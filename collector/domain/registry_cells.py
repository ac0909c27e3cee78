"""One cell of a registry file into one value.

Forgiving of how Excel writes, strict about what it means. Cells are text in CSV, and text, numbers
or datetimes in XLSX. Every parser raises CellError with what is wrong and what to do, in Indonesian
and English.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collector.domain.house_code import HouseCodeError, read_house_code

Cell = str | int | float | bool | date | datetime | None
T = TypeVar("T")

_FORMULA = ("=", "+", "-", "@")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')  # how Excel users keep leading zeros in a CSV
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # safe in a topic and in a file name
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ]00:00(:00)?)?")
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)
_EARLIEST, _LATEST = date(1990, 1, 1), date(2099, 12, 31)
_ZONE_OF = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_LONGEST_TEXT = 80


class CellError(ValueError):
    """What is wrong with a cell and what to do, in both languages."""

    def __init__(self, id: str, en: str) -> None:  # noqa: A002 - the language's code
        super().__init__(en)
        self.id = id
        self.en = en


def shown(cell: Cell) -> str:
    """A cell as a person typed it, without surrounding blanks; "" when it is empty or a dash."""
    if cell is None or cell == "-":
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).replace("\u00a0", " ").strip()
    quoted = _QUOTED_FORMULA.fullmatch(text)
    return quoted.group(1).strip() if quoted else text


def text(cell: Cell) -> str:
    """Plain words, at most 80 characters; no formula and no control character."""
    words = shown(cell)
    if words.startswith(_FORMULA):
        raise CellError(
            f"{words!r} adalah rumus; salin lalu tempel sebagai nilai",
            f"{words!r} is a formula; copy the column and paste it as values",
        )
    if len(words) > _LONGEST_TEXT or not words.isprintable():
        raise CellError(
            f"teks terlalu panjang atau berisi baris baru; paling banyak {_LONGEST_TEXT} huruf",
            f"the text is too long or has a line break; at most {_LONGEST_TEXT} characters",
        )
    return words


def identifier(cell: Cell) -> str:
    """A serial, gateway or controller name: letters, digits, ``. _ -``, at most 64."""
    name = text(cell)
    if not _IDENTIFIER.fullmatch(name):
        raise CellError(
            f"{name!r} hanya boleh berisi huruf, angka, titik, garis bawah dan tanda hubung",
            f"{name!r} may hold only letters, digits, dots, underscores and hyphens",
        )
    return name


def code(cell: Cell) -> str:
    """A house code, written our way."""
    typed = shown(cell)
    try:
        return read_house_code(typed)
    except HouseCodeError as error:
        if error.mistyped:
            raise CellError(
                f"kode rumah {typed!r} salah ketik; cocokkan dengan label di rumah",
                f"house code {typed!r} is mistyped; compare it with the label on the house",
            ) from error
        raise CellError(
            f"{typed!r} bukan kode rumah; bentuknya seperti OEM-0142-0",
            f"{typed!r} is not a house code; it must look like OEM-0142-0",
        ) from error


def one_of(kinds: Callable[[str], T], names: str) -> Callable[[Cell], T]:
    """A parser of an enumeration; ``names`` lists the words it takes."""

    def parse(cell: Cell) -> T:
        word = shown(cell).lower().replace(" ", "_").replace("-", "_")
        try:
            return kinds(word)
        except ValueError as error:
            raise CellError(
                f"{shown(cell)!r} tidak dikenal; tulis salah satu: {names}",
                f"{shown(cell)!r} is unknown; write one of: {names}",
            ) from error

    return parse


def number(lowest: float, highest: float, unit: str) -> Callable[[Cell], float]:
    """A parser of a number in ``lowest..highest``, with a decimal point or comma."""

    def parse(cell: Cell) -> float:
        typed = shown(cell)
        if isinstance(cell, (datetime, date, bool)) or not _NUMBER.fullmatch(typed):
            raise CellError(
                f"{typed!r} bukan angka; tulis angka saja, tanpa satuan",
                f"{typed!r} is not a number; write the number alone, without a unit",
            )
        value = float(typed.replace(",", "."))
        if not lowest <= value <= highest:
            raise CellError(
                f"{typed} di luar {lowest:g} sampai {highest:g} {unit}; periksa angka dan satuan",
                f"{typed} is not within {lowest:g} to {highest:g} {unit}; check number and unit",
            )
        return value

    return parse


def whole(lowest: int, highest: int) -> Callable[[Cell], int]:
    """A parser of a whole number in ``lowest..highest``."""
    parse_number = number(lowest, highest, "")

    def parse(cell: Cell) -> int:
        value = parse_number(cell)
        if not value.is_integer():
            raise CellError(
                f"{shown(cell)!r} bukan bilangan bulat", f"{shown(cell)!r} is not a whole number"
            )
        return int(value)

    return parse


def day(cell: Cell) -> date:
    """A date: ISO, day first (31/12/2018), an Excel date, or Excel's day number."""
    if isinstance(cell, datetime):
        found: date | None = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        found = _day_of_text(shown(cell))
    if found is None or not _EARLIEST <= found <= _LATEST:
        raise CellError(
            f"{shown(cell)!r} bukan tanggal; tulis seperti 2018-12-31 atau 31/12/2018",
            f"{shown(cell)!r} is not a date; write it like 2018-12-31 or 31/12/2018",
        )
    return found


def _day_of_text(typed: str) -> date | None:
    try:
        if iso := _ISO_DAY.fullmatch(typed):
            return date.fromisoformat(iso.group(1))
        if day_first := _DAY_FIRST.fullmatch(typed):
            dd, mm, yyyy = (int(part) for part in day_first.groups())
            return date(yyyy, mm, dd)
        if typed.isdecimal() and int(typed) in _EXCEL_DAYS:
            return _EXCEL_DAY_ZERO + timedelta(days=int(typed))
    except ValueError:
        return None
    return None


def timezone(cell: Cell) -> str:
    """An IANA zone; WIB, WITA and WIT are understood too."""
    typed = text(cell)
    zone = _ZONE_OF.get(typed.upper(), typed)
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        known = "Asia/Jakarta (WIB), Asia/Makassar (WITA), Asia/Jayapura (WIT)"
        raise CellError(
            f"zona waktu {typed!r} tidak dikenal; tulis salah satu: {known}",
            f"timezone {typed!r} is unknown; write one of: {known}",
        ) from error
