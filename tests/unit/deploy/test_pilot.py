"""The pilot fleet: as many systems as the programme has, and the same file every time."""

import csv
from collections import Counter

from collector.domain.device import Chemistry, Kind
from collector.domain.registry import read_registry
from deploy.pilot.make_registry import HERE, registry_text

PILOT = HERE / "registry.csv"


def test_the_file_is_what_the_maker_makes():
    assert PILOT.read_text(encoding="utf-8") == registry_text()


def test_it_has_the_programmes_systems():
    systems = read_registry(PILOT).systems
    assert Counter(s.kind for s in systems) == {
        Kind.HOME: 1_098,
        Kind.STREET_LIGHT: 59,
        Kind.FACILITY: 7,
    }


def test_serials_are_numbered_through():
    serials = [a.serial for a in read_registry(PILOT).assignments]
    assert serials == [f"KPK-{n:04d}" for n in range(1, 1_165)]


def test_kusi_utara_is_on_one_bus():
    registry = read_registry(PILOT)
    village = {s.code: s.village for s in registry.systems}
    on_bus = [a for a in registry.assignments if a.unit is not None]
    assert {village[a.system] for a in on_bus} == {"Kusi Utara"}
    assert {a.gateway for a in on_bus} == {"gw-kusi-utara"}
    assert {a.controller for a in on_bus} == {"epever_tracer"}
    assert sorted(a.unit or 0 for a in on_bus) == list(range(1, 31))


def test_about_half_the_villages_report_through_a_gateway():
    registry = read_registry(PILOT)
    village = {s.code: s.village for s in registry.systems}
    ways = {(village[a.system], a.gateway) for a in registry.assignments}
    assert len(ways) == len(registry.villages) == 15
    assert sum(1 for _, gateway in ways if gateway) == 8


def test_the_hardware_is_mixed_as_in_the_field():
    homes = [s for s in read_registry(PILOT).systems if s.kind is Kind.HOME]
    lithium = sum(s.battery_chemistry is Chemistry.LFP for s in homes) / len(homes)
    assert 0.15 < lithium < 0.25
    assert {s.panel_w for s in homes} == {20, 30, 50, 80, 100}
    for home in homes:
        stored_wh, sunny_day_wh = home.battery_ah * home.nominal_v, home.panel_w * 4.5
        assert 0.5 < stored_wh / sunny_day_wh < 4, home


def test_every_place_was_installed_through_its_year():
    registry = read_registry(PILOT)
    years = {}
    for system in registry.systems:
        years.setdefault(system.village, set()).add(system.installed_on.year)
    with (HERE / "sites.csv").open(encoding="utf-8", newline="") as sites:
        assert years == {s["village"]: {int(s["installed"])} for s in csv.DictReader(sites)}
    boti = {s.installed_on.month for s in registry.systems if s.village == "Boti"}
    assert len(boti) >= 9


def test_big_places_have_hamlets():
    hamlets = {}
    for system in read_registry(PILOT).systems:
        hamlets.setdefault(system.village, Counter())[system.hamlet] += 1
    assert len(hamlets["Boti"]) == 5
    assert len(hamlets["Kusi Utara"]) == 1
    assert max(max(c.values()) for c in hamlets.values()) <= 45
