"""registry.csv: exact where it must be, forgiving where it may."""

from datetime import date

import pytest

from analytics.replay.registry import RecordError, assignments, heard_fleet, read_registry
from collector.domain.device import Chemistry, Kind
from tests.unit.analytics.replay.conftest import write_registry


@pytest.fixture
def read(tmp_path):
    def from_cells(serials=("B", "A"), **changes):
        write_registry(tmp_path / "registry.csv", serials, **changes)
        return read_registry(tmp_path / "registry.csv")

    return from_cells


def test_every_system_stands_under_its_serial(read):
    found = read(gateway="gw-1", kind="street_light", battery_chemistry="lfp")
    assert [s.code for s in found.systems] == ["A", "B"]
    assert {(s.kind, s.battery_chemistry) for s in found.systems} == {
        (Kind.STREET_LIGHT, Chemistry.LFP)
    }
    assert found.gateways == {"A": "gw-1", "B": "gw-1"}
    assert found.installed["A"] == date(2025, 6, 1)
    assert found.villages["Boti"].timezone == "Asia/Makassar"
    assert found.notes == ()


def test_without_a_gateway_a_system_reports_by_itself(read):
    found = read(gateway="")
    assert found.gateways == {}
    assert {a.gateway for a in assignments(found, {"A": 5, "B": 6})} == {""}


def test_a_system_that_is_not_there_yet_has_no_device(read):
    assert [a.serial for a in assignments(read(), {"A": 5})] == ["A"]


def test_a_device_counts_from_its_installation_or_the_day_before_its_first_reading(read):
    installed_s = 1_748_736_000  # 2025-06-01 00:00 UTC
    day = installed_s // 86_400
    known = heard_fleet(read(), {"A": day + 40, "B": day - 9})
    assert {a.serial: a.from_s for a in known.assignments} == {
        "A": installed_s,
        "B": installed_s - 10 * 86_400,
    }
    assert not heard_fleet(read(installed_on=""), {}).assignments


@pytest.mark.parametrize("day", ["", "long ago"])
def test_an_unknown_day_of_installation_is_noted(read, day):
    found = read(installed_on=day)
    assert found.installed == {}
    assert found.notes == (
        "2 systems without a date of installation: counted from their first reading",
    )


@pytest.mark.parametrize(
    ("zone", "longitude", "meant"),
    [
        ("Asia/Jayapura", "124.4", "Asia/Jayapura"),
        ("", "124.4", "Etc/GMT-8"),
        ("Mars/Olympus", "-75", "Etc/GMT+5"),
        ("", "", "UTC"),
    ],
)
def test_a_missing_zone_is_that_of_the_longitude(read, zone, longitude, meant):
    assert read(timezone=zone, longitude=longitude).villages["Boti"].timezone == meant


def test_villages_of_one_name_in_two_districts_are_two(tmp_path):
    path = tmp_path / "registry.csv"
    write_registry(path, ["A"])
    lines = path.read_text().splitlines()
    path.write_text(
        "\n".join([*lines, lines[1].replace("A,H0", "B,H1").replace("Tengah", "Barat")])
    )
    found = read_registry(path)
    assert len(found.villages) == 2
    assert set(found.village_names.values()) == {"Boti"}


def test_columns_beyond_ours_and_a_mark_at_the_start_do_no_harm(tmp_path):
    path = tmp_path / "registry.csv"
    write_registry(path, ["A"])
    header, row = path.read_text().splitlines()
    path.write_text(f"\ufeff{header},note\n{row},whatever\n", encoding="utf-8")
    assert [s.code for s in read_registry(path).systems] == ["A"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"panel_w": ""}, "row 2, panel_w: an empty cell"),
        ({"battery_ah": "-5"}, "row 2, battery_ah: -5"),
        ({"kind": "castle"}, "row 2, kind: 'castle' is none of home, street_light, facility"),
        ({"battery_chemistry": "nicad"}, "'nicad' is none of lead_acid, lfp"),
    ],
)
def test_what_cannot_be_is_named_with_its_row(read, changes, message):
    with pytest.raises(RecordError, match=message):
        read(**changes)


def test_the_same_serial_twice_is_refused(read):
    with pytest.raises(RecordError, match="row 3: A stands there twice"):
        read(["A", "A"])


@pytest.mark.parametrize(
    ("text", "message"),
    [("serial,village\nA,B\n", "columns are missing: kind"), ("", "columns are missing")],
)
def test_another_file_is_refused(tmp_path, text, message):
    (tmp_path / "registry.csv").write_text(text)
    with pytest.raises(RecordError, match=message):
        read_registry(tmp_path / "registry.csv")


def test_a_registry_of_nobody_is_refused(tmp_path):
    write_registry(tmp_path / "registry.csv", [])
    with pytest.raises(RecordError, match="no system"):
        read_registry(tmp_path / "registry.csv")
