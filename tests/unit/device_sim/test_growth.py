from dataclasses import replace

import pytest

from collector.domain.registry import Registry
from device_sim.growth import grown
from tests.fixtures.simulated_field import BOTI, HAYA, mixed_fleet

FLEET = mixed_fleet()
SITES = Registry((BOTI, HAYA), FLEET.systems, FLEET.assignments)


def test_the_first_copy_is_the_pilot_itself():
    whole = grown(SITES, 12)
    assert whole.assignments == SITES.assignments
    assert whole.villages == SITES.villages


def test_more_systems_only_add_to_fewer():
    few, many = grown(SITES, 15), grown(SITES, 40)
    assert many.assignments[:15] == few.assignments
    assert many.systems[:15] == few.systems


def test_copies_have_names_and_places_of_their_own():
    many = grown(SITES, 120)
    assert len({a.serial for a in many.assignments}) == 120
    assert len({s.code for s in many.systems}) == 120
    boti = [v for v in many.villages if v.name.startswith("Boti")]
    assert len(boti) == 10
    assert len({(v.latitude, v.longitude) for v in boti}) == 10
    assert all(abs(v.latitude - BOTI.latitude) < 0.1 for v in boti)
    assert {a.gateway for a in many.assignments if a.gateway} >= {"gw-boti", "gw-boti-2"}


def test_copies_have_the_sites_equipment():
    many = grown(SITES, 24)
    kinds = [(s.kind, s.panel_w, s.battery_chemistry) for s in many.systems]
    assert kinds[12:] == kinds[:12]


def test_nothing_cannot_grow():
    with pytest.raises(ValueError, match="one system"):
        grown(SITES, 0)
    with pytest.raises(ValueError, match="devices"):
        grown(replace(SITES, assignments=()), 5)
