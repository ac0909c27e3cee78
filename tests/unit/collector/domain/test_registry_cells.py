"""Cells as Indonesian Excel, English Excel and people write them."""

from datetime import date, datetime

import pytest

from collector.domain import registry_cells as cells
from collector.domain.device import Chemistry, Kind
from collector.domain.registry_cells import CellError

# Excel's dates know no zone.
EXCEL_DATE = datetime(2018, 12, 31)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (None, ""),
        ("-", ""),
        ("  Dusun 1 ", "Dusun 1"),
        ("Dusun\u00a01", "Dusun 1"),
        (12345.0, "12345"),
        (12345, "12345"),
        ('="0012"', "0012"),
        (0.5, "0.5"),
    ],
)
def test_a_cell_is_shown_as_a_person_typed_it(cell, words):
    assert cells.shown(cell) == words


@pytest.mark.parametrize("formula", ["=A1+B1", "=HYPERLINK(1)", "+62", "@SUM(A1)", "-1+2"])
def test_a_formula_is_not_text(formula):
    with pytest.raises(CellError, match="formula") as caught:
        cells.text(formula)
    assert "rumus" in caught.value.id


@pytest.mark.parametrize("typed", ["two\nlines", "x" * 81, "bell\x07"])
def test_text_is_one_short_line(typed):
    with pytest.raises(CellError):
        cells.text(typed)


@pytest.mark.parametrize("name", ["KPK-0001", "gw-kusi-utara", "A.b_C", "7"])
def test_an_identifier_is_safe_in_a_topic(name):
    assert cells.identifier(name) == name


@pytest.mark.parametrize("name", ["a/b", "a+b", "a#", "a b", "-a", "ä", "x" * 65])
def test_what_would_break_a_topic_is_no_identifier(name):
    with pytest.raises(CellError):
        cells.identifier(name)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("50", 50.0), ("12,5", 12.5), ("12.5", 12.5), (50, 50.0), (12.5, 12.5), ("+7", 7.0)],
)
def test_numbers_come_with_point_or_comma(cell, value):
    assert cells.number(0, 100, "W")(cell) == value


@pytest.mark.parametrize(
    "cell", ["50 W", "abc", "1.000,5", "1e3", "NaN", "inf", "", True, EXCEL_DATE]
)
def test_what_is_not_a_plain_number_is_refused(cell):
    with pytest.raises(CellError, match="is not a number"):
        cells.number(0, 10_000, "W")(cell)


def test_a_slipped_unit_is_out_of_range():
    with pytest.raises(CellError, match="not within 5 to 5000 W"):
        cells.number(5, 5_000, "W")("0,05")


@pytest.mark.parametrize("cell", ["3", 3, 3.0])
def test_whole_numbers(cell):
    assert cells.whole(1, 247)(cell) == 3


@pytest.mark.parametrize("cell", ["3,5", "0", "248", "x"])
def test_what_is_no_address(cell):
    with pytest.raises(CellError):
        cells.whole(1, 247)(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2018-12-31",
        "2018-12-31 00:00:00",
        "2018-12-31T00:00",
        "31/12/2018",
        "31-12-2018",
        "31.12.2018",
        EXCEL_DATE,
        date(2018, 12, 31),
        43465,
        43465.0,
        "43465",
    ],
)
def test_dates_in_every_form_a_sheet_has(cell):
    assert cells.day(cell) == date(2018, 12, 31)


@pytest.mark.parametrize(
    "cell", ["12/31/2018", "2018-02-30", "31 Des 2018", "2018", "1899-01-01", "", 3.7, "2200-01-01"]
)
def test_what_is_no_date(cell):
    with pytest.raises(CellError, match="is not a date"):
        cells.day(cell)


def test_day_first_since_indonesia_writes_so():
    assert cells.day("03/04/2018") == date(2018, 4, 3)


@pytest.mark.parametrize(
    ("cell", "zone"),
    [
        ("Asia/Makassar", "Asia/Makassar"),
        ("WITA", "Asia/Makassar"),
        ("wit", "Asia/Jayapura"),
        ("WIB", "Asia/Jakarta"),
    ],
)
def test_zones_by_name_and_by_their_short_form(cell, zone):
    assert cells.timezone(cell) == zone


@pytest.mark.parametrize(
    "cell", ["Asia/Makasar", "UTC+8", "../../etc/passwd", "Asia", "/etc/passwd"]
)
def test_an_unknown_zone_is_told_the_known_ones(cell):
    with pytest.raises(CellError, match=r"Asia/Makassar \(WITA\)"):
        cells.timezone(cell)


def test_enumerations_forgive_case_and_blanks():
    assert cells.one_of(Kind, "")("Street light") is Kind.STREET_LIGHT
    assert cells.one_of(Chemistry, "")("LEAD-ACID") is Chemistry.LEAD_ACID
    with pytest.raises(CellError, match="write one of: lead_acid, lfp"):
        cells.one_of(Chemistry, "lead_acid, lfp")("nickel")


def test_house_codes_tell_mistyped_from_misshapen():
    assert cells.code("oem 0142 0") == "OEM-0142-0"
    with pytest.raises(CellError, match="mistyped"):
        cells.code("OEM-0142-1")
    with pytest.raises(CellError, match="must look like"):
        cells.code("rumah Pak RT")
