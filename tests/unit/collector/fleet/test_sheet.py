"""Files as office programs save them, known by content."""

from datetime import datetime

import pytest
from openpyxl import Workbook

from collector.domain.registry import RegistryError, parse_registry
from collector.fleet.sheet import read_records
from tests.fixtures.registry_rows import csv_text, records, row


def _workbook(path, *rows):
    book = Workbook()
    sheet = book.worksheets[0]
    for record in rows:
        sheet.append(list(record))
    book.create_sheet("Catatan").append(["not this one"])
    book.save(path)
    return path


def test_a_workbook_gives_its_first_sheet_with_blank_rows(tmp_path):
    path = _workbook(tmp_path / "r.xlsx", ("a", 1), (None, None), ("b", 2.5))
    first, blank, last = read_records(path)
    assert (tuple(first), tuple(last)) == (("a", 1), ("b", 2.5))
    assert not any(blank)


def test_numbers_and_dates_of_a_workbook_need_no_text(tmp_path):
    typed = row(
        1,
        serial=77,
        panel_w=50,
        battery_ah=26.5,
        latitude=-10.0,
        installed_on=datetime(2018, 3, 1),  # noqa: DTZ001 - Excel's dates know no zone
        unit=7.0,
    )
    path = _workbook(tmp_path / "r.xlsx", *records(typed))
    parsed = parse_registry(read_records(path))
    assert not parsed.errors
    assert parsed.registry.assignments[0].serial == "77"
    assert parsed.registry.assignments[0].unit == 7
    assert parsed.registry.systems[0].installed_on.isoformat() == "2018-03-01"


def test_a_formula_in_a_workbook_is_refused_not_guessed(tmp_path):
    path = _workbook(tmp_path / "r.xlsx", *records(row(1, hamlet='=CONCATENATE("a","b")')))
    parsed = parse_registry(read_records(path))
    assert [(e.row, e.column) for e in parsed.errors] == [(2, "hamlet")]
    assert "tempel sebagai nilai" in parsed.errors[0].id


def test_the_content_decides_not_the_name(tmp_path):
    path = tmp_path / "really-a-csv.xlsx"
    path.write_text(csv_text(row(1)), encoding="utf-8")
    assert len(parse_registry(read_records(path)).rows) == 1
    path = _workbook(tmp_path / "really-xlsx.csv", *records(row(1)))
    assert len(parse_registry(read_records(path)).rows) == 1


def test_old_excel_is_told_to_save_again(tmp_path):
    path = tmp_path / "r.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    with pytest.raises(RegistryError, match="old Excel"):
        read_records(path)


@pytest.mark.parametrize("cut", [100, 4])
def test_a_damaged_workbook_is_told_so(tmp_path, cut):
    path = _workbook(tmp_path / "r.xlsx", *records(row(1)))
    path.write_bytes(path.read_bytes()[:-cut] if cut == 100 else path.read_bytes()[:cut])
    with pytest.raises(RegistryError, match="damaged XLSX"):
        read_records(path)


def test_a_zip_that_is_no_workbook_is_told_so(tmp_path):
    import zipfile

    path = tmp_path / "r.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(RegistryError, match="damaged XLSX"):
        read_records(path)


def test_a_missing_file_stays_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_records(tmp_path / "none.csv")
