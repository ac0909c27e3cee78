"""A whole file: forgiving of how it was saved, and all its errors at once."""

import codecs
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.device import Assignment, Chemistry, Kind, System, Village
from collector.domain.house_code import house_code
from collector.domain.registry import RegistryError, csv_records, parse_registry, read_registry
from tests.fixtures.registry_rows import COLUMNS, csv_text, records, row

MIDNIGHT_IN_BOTI_S = 1_519_833_600  # 2018-03-01 00:00 WITA


def _written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "registry.csv"
    path.write_bytes(content)
    return path


def test_a_row_becomes_a_village_a_system_and_an_assignment(tmp_path):
    text = csv_text(row(1, gateway="gw-boti", controller="epever_tracer", unit="7"))
    registry = read_registry(_written(tmp_path, text.encode()))
    code = house_code("BOT", 1)
    assert registry.villages == (
        Village(
            "Boti", "Timor Tengah Selatan", "Nusa Tenggara Timur", "Asia/Makassar", -10.0, 124.45
        ),
    )
    assert registry.systems == (
        System(
            code, Kind.HOME, "Boti", "Dusun 1", 50, 26, Chemistry.LEAD_ACID, 12, date(2018, 3, 1)
        ),
    )
    assert registry.assignments == (
        Assignment("D-1", code, MIDNIGHT_IN_BOTI_S, None, "gw-boti", "epever_tracer", 7),
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_way_excel_saves_a_csv(tmp_path, separator, encoding):
    text = csv_text(row(1, hamlet="Dusun Té"), row(2), separator=separator)
    registry = read_registry(_written(tmp_path, text.encode(encoding)))
    assert [s.code for s in registry.systems] == [house_code("BOT", n) for n in (1, 2)]
    assert registry.systems[0].hamlet == "Dusun Té"


def test_decimal_commas_between_semicolons(tmp_path):
    text = csv_text(row(1, battery_ah="26,5", latitude="-10,25", panel_w="50,0"), separator=";")
    registry = read_registry(_written(tmp_path, text.encode()))
    assert registry.systems[0].battery_ah == 26.5
    assert registry.villages[0].latitude == -10.25


def test_excels_separator_line_is_not_a_row():
    text = "sep=;\r\n" + csv_text(row(1, panel_w="x"), separator=";")
    parsed = parse_registry(csv_records(text.encode()))
    assert [(e.row, e.column) for e in parsed.errors] == [(2, "panel_w")]


def test_blank_lines_count_as_rows_but_say_nothing():
    header, first, second = csv_text(row(1), row(2, panel_w="x")).splitlines()
    text = "\r\n".join(["", header, "", first, "," * 17, second, "", ""])
    parsed = parse_registry(csv_records(text.encode()))
    assert parsed.row_count == 2
    assert [(e.row, e.column) for e in parsed.errors] == [(6, "panel_w")]


def test_columns_in_any_order_and_case_with_strangers_named():
    shuffled = {c.upper().replace("_", " "): v for c, v in reversed(row(1).items())}
    parsed = parse_registry([[*shuffled, "telepon"], [*shuffled.values(), "0812"]])
    assert not parsed.errors
    assert parsed.unknown_columns == ("telepon",)
    assert parsed.registry.assignments[0].serial == "D-1"


def test_optional_columns_may_be_missing():
    optional = {"province", "hamlet", "gateway", "controller", "unit"}
    kept = [c for c in COLUMNS if c not in optional]
    parsed = parse_registry([kept, [row(1)[c] for c in kept]])
    assert not parsed.errors
    assert parsed.registry.assignments[0].unit is None


def test_all_missing_columns_at_once():
    parsed = parse_registry([["serial", "household"], ["D-1", house_code("BOT", 1)]])
    assert {e.column for e in parsed.errors} >= {"village", "kind", "timezone"}
    assert all(e.row == 1 for e in parsed.errors)
    assert "tambahkan" in parsed.errors[0].id


def test_all_errors_of_all_rows_at_once_in_both_languages():
    parsed = parse_registry(
        records(
            row(1, panel_w="lima puluh", kind="rumah"),
            row(2),
            row(3, household="BOT-0003-0", timezone="WITTA", installed_on=""),
        )
    )
    assert [(e.row, e.column) for e in parsed.errors] == [
        (2, "kind"),
        (2, "panel_w"),
        (4, "household"),
        (4, "installed_on"),
        (4, "timezone"),
    ]
    assert all(e.id and e.en and e.id != e.en for e in parsed.errors)


def test_a_file_with_a_wrong_row_is_not_read(tmp_path):
    with pytest.raises(RegistryError, match="row 2, panel_w") as caught:
        read_registry(_written(tmp_path, csv_text(row(1, panel_w="?")).encode()))
    assert len(caught.value.errors) == 1


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", b"\x00\x01\x02"])
def test_a_file_without_anything_is_refused(tmp_path, content):
    with pytest.raises(RegistryError):
        read_registry(_written(tmp_path, content))


def test_a_header_alone_is_refused(tmp_path):
    with pytest.raises(RegistryError, match="no row below the header"):
        read_registry(_written(tmp_path, csv_text().encode()))


def test_an_unclosed_quotation_mark_is_explained(tmp_path):
    text = csv_text(row(1)) + '"' + "x" * 200_000
    with pytest.raises(RegistryError, match="quotation mark"):
        read_registry(_written(tmp_path, text.encode()))


def test_rows_that_only_repeat_are_counted_not_refused():
    parsed = parse_registry(records(row(1), row(2), row(1), row(1)))
    assert not parsed.errors
    assert parsed.repeated_rows == (4, 5)
    assert len(parsed.registry.systems) == 2


def test_progress_reaches_the_end():
    told = []
    parse_registry(records(*(row(n) for n in range(1, 1_202))), lambda *x: told.append(x))
    assert told == [(500, 1_201), (1_000, 1_201), (1_201, 1_201)]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content):
    try:
        parsed = parse_registry(csv_records(content))
    except RegistryError:
        return
    assert parsed.errors


@given(st.binary(max_size=80).map(codecs.BOM_UTF16_LE.__add__))
def test_no_utf16_breaks_the_reader(content):
    try:
        parse_registry(csv_records(content))
    except RegistryError:
        return
