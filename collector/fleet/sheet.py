"""Reading the rows of a registry file, whatever office program saved it."""

import io
import warnings
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from collector.domain.registry import RegistryError, csv_records
from collector.domain.registry_cells import Cell
from collector.domain.registry_rows import RowError

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_records(path: Path) -> Sequence[Sequence[Cell]]:
    """The rows of a CSV or of the first sheet of an XLSX, known by content, not by name.

    Blank rows stay, so that row numbers are the sheet's. Raises RegistryError when it is neither,
    OSError when it cannot be read.
    """
    content = path.read_bytes()
    if content.startswith(_OLD_EXCEL):
        raise _refused(
            "berkas Excel lama (.xls); simpan ulang sebagai .xlsx atau CSV",
            "an old Excel file (.xls); save it again as .xlsx or CSV",
        )
    return _xlsx_records(content) if content.startswith(_ZIP) else csv_records(content)


def _xlsx_records(content: bytes) -> list[tuple[Cell, ...]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of styles and lists we do not read
            # Formulas are read as they stand, not as Excel last worked them out: the row parser
            # refuses them, since what they showed then may not be what they mean now.
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write a wrong size
            return [tuple(map(_cell, row)) for row in sheet.iter_rows(values_only=True)]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError) as error:
        raise _refused(
            "berkas XLSX rusak atau tanpa lembar; buka di Excel lalu simpan ulang",
            "a damaged XLSX, or one without a sheet; open it in Excel and save it again",
        ) from error


def _cell(value: object) -> Cell:
    return (
        value
        if isinstance(value, (str, int, float, date))
        else None
        if value is None
        else str(value)
    )


def _refused(indonesian: str, english: str) -> RegistryError:
    return RegistryError([RowError(1, "", indonesian, english)])
