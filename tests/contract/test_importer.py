"""A registry file taken in: everything at once, or every error at once."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from collector.domain.house_code import house_code
from collector.fleet.importer import import_registry
from collector.fleet.port import Fleet
from collector.fleet.repository import SqlFleet
from deploy.pilot.make_registry import HERE
from tests.fixtures.registry_rows import csv_text, records, row

NOW_S = 1_700_000_000.7


def clock() -> float:
    return NOW_S


@pytest.fixture
def fleet(engine):
    return SqlFleet(engine)


def _file(tmp_path: Path, *rows, separator: str = ",", encoding: str = "utf-8") -> Path:
    path = tmp_path / "registry.csv"
    path.write_bytes(csv_text(*rows, separator=separator).encode(encoding))
    return path


def test_the_pilot_goes_in_once(fleet):
    first = import_registry(HERE / "registry.csv", fleet, clock)
    assert (first.rows, first.errors, first.new_villages) == (1_164, (), 15)
    assert (first.new_systems, first.new_devices) == (1_164, 1_164)
    before = fleet.load()
    again = import_registry(HERE / "registry.csv", fleet, lambda: NOW_S + 1e6)
    assert not again.errors
    assert not again.changed
    assert fleet.load() == before


def test_a_dry_run_tells_the_same_and_does_nothing(fleet):
    told = import_registry(HERE / "registry.csv", fleet, clock, dry_run=True)
    assert fleet.load() == Fleet()
    assert told.dry_run
    done = import_registry(HERE / "registry.csv", fleet, clock)
    assert (told.new_systems, told.new_devices) == (done.new_systems, done.new_devices)


def test_one_wrong_row_keeps_all_others_out(fleet, tmp_path):
    result = import_registry(_file(tmp_path, row(1), row(2, kind="?"), row(3)), fleet, clock)
    assert [(e.row, e.column) for e in result.errors] == [(3, "kind")]
    assert result.rows == 3
    assert not result.changed
    assert fleet.load() == Fleet()


def test_rows_that_contradict_the_registry_keep_all_others_out(fleet, tmp_path):
    import_registry(_file(tmp_path, row(1), row(2)), fleet, clock)
    before = fleet.load()
    result = import_registry(_file(tmp_path, row(3, serial="D-1"), row(4)), fleet, clock)
    assert [(e.row, e.column) for e in result.errors] == [(2, "serial")]
    assert fleet.load() == before


def test_as_indonesian_excel_saves_it(fleet, tmp_path):
    rows = [row(1, latitude="-10,0", battery_ah="26,5", installed_on="01/03/2018"), row(2)]
    path = _file(tmp_path, *rows, separator=";", encoding="utf-8-sig")
    assert not import_registry(path, fleet, clock).errors
    loaded = fleet.load()
    assert loaded.villages["Boti"].latitude == -10.0
    assert loaded.systems[0].battery_ah == 26.5


def test_a_workbook_and_a_csv_say_the_same(fleet, tmp_path):
    book = Workbook()
    installed = datetime(2018, 3, 1)  # noqa: DTZ001 - Excel's dates know no zone
    for record in records(row(1, panel_w=50, latitude=-10.0, installed_on=installed), row(2)):
        book.worksheets[0].append(list(record))
    book.save(tmp_path / "registry.xlsx")
    assert import_registry(tmp_path / "registry.xlsx", fleet, clock).new_systems == 2
    assert not import_registry(_file(tmp_path, row(1), row(2)), fleet, clock).changed


def test_a_device_swap_keeps_the_history(fleet, tmp_path):
    import_registry(_file(tmp_path, row(1)), fleet, clock)
    result = import_registry(_file(tmp_path, row(1, serial="D-9")), fleet, lambda: NOW_S + 100)
    assert (result.swapped_devices, result.new_devices, result.changed_systems) == (1, 0, 0)
    old, new = fleet.load().by_system[house_code("BOT", 1)]
    assert (old.serial, old.until_s) == ("D-1", int(NOW_S + 100))
    assert (new.serial, new.from_s, new.until_s) == ("D-9", int(NOW_S + 100), None)


def test_corrections_are_counted_apart(fleet, tmp_path):
    import_registry(_file(tmp_path, row(1), row(2)), fleet, clock)
    result = import_registry(
        _file(tmp_path, row(1, gateway="gw-boti", hamlet="Dusun 2"), row(2)), fleet, clock
    )
    assert (result.corrected_devices, result.changed_systems, result.swapped_devices) == (1, 1, 0)


def test_a_village_moved_to_another_zone(fleet, tmp_path):
    import_registry(_file(tmp_path, row(1), row(2)), fleet, clock)
    result = import_registry(
        _file(tmp_path, row(1, timezone="WIT"), row(2, timezone="WIT")), fleet, clock
    )
    assert (result.changed_villages, result.new_villages) == (1, 0)
    assert fleet.load().villages["Boti"].timezone == "Asia/Jayapura"


def test_repeats_and_strangers_are_told(fleet, tmp_path):
    lines = csv_text(row(1), row(1)).splitlines()
    path = tmp_path / "registry.csv"
    path.write_text("\n".join(line + ("," if i else ",telepon") for i, line in enumerate(lines)))
    result = import_registry(path, fleet, clock)
    assert not result.errors
    assert (result.repeated_rows, result.unknown_columns) == ((3,), ("telepon",))


def test_what_is_no_registry_is_an_error_not_a_crash(fleet, tmp_path):
    path = tmp_path / "photo.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(99))
    (error,) = import_registry(path, fleet, clock).errors
    assert error.en.startswith("an old Excel file")


def test_ten_thousand_rows(fleet, tmp_path):
    rows = [
        row(n, gateway=f"gw-{n // 200}", controller="epever_tracer", unit=str(1 + n % 200))
        for n in range(1, 10_001)
    ]
    told = []
    path = _file(tmp_path, *rows)
    result = import_registry(path, fleet, clock, progress=lambda *x: told.append(x))
    assert (result.new_systems, result.new_devices, result.errors) == (10_000, 10_000, ())
    assert told[-1] == (10_000, 10_000)
    assert len(told) == 20
    moved = [r | {"serial": r["serial"] + "b"} for r in rows]
    result = import_registry(_file(tmp_path, *moved), fleet, clock)
    assert result.swapped_devices == 10_000
