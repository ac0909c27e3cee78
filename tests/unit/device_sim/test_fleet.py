from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from collector.domain.device import Assignment
from device_sim.fleet import fleet_of
from tests.fixtures.simulated_field import BOTI, SERIALS, mixed_fleet, system

FLEET = mixed_fleet()


def numbers(thing, row):
    """Every array of a fleet, at one row."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        if is_dataclass(value):
            yield from numbers(value, row)
        elif isinstance(value, np.ndarray):
            yield field.name, value[..., row]


def test_a_system_is_the_same_whoever_else_there_is():
    alone = mixed_fleet(serials=(SERIALS[5],))
    assert len(alone) == 1
    for (name, here), (_, there) in zip(numbers(FLEET, 5), numbers(alone, 0), strict=True):
        assert np.array_equal(here, there), name


def test_another_seed_furnishes_it_otherwise():
    assert not np.array_equal(mixed_fleet(seed=2).panel_w, FLEET.panel_w)


def test_who_reports_and_how_it_charges():
    assert FLEET.publishers[0] == "gw-boti"
    assert FLEET.publishers[4] == SERIALS[4]
    assert FLEET.gateways == ("gw-boti",)
    assert FLEET.controller.mppt.tolist() == [True] * 4 + [False] * 4 + [True] + [False] * 3


def test_a_24_v_facility_has_two_blocks():
    assert FLEET.blocks.tolist() == [1.0] * 8 + [2.0] + [1.0] * 3


def test_lithium_is_not_compensated_and_lead_acid_mostly_is():
    lithium = FLEET.battery.chemistry == 1
    assert not FLEET.controller.per_k[lithium].any()
    assert (FLEET.controller.cut_v[lithium] > FLEET.controller.cut_v[~lithium].max()).all()
    assert (FLEET.controller.reconnect_v > FLEET.controller.cut_v + 0.5).all()


def test_panels_point_up():
    assert np.linalg.norm(FLEET.panel_normal, axis=0) == pytest.approx(1.0, abs=1e-5)
    assert FLEET.panel_normal[0].min() > 0.94


def test_only_street_lights_have_lamps_of_their_own():
    assert (FLEET.habits.lamp_a > 0).tolist() == FLEET.habits.street.tolist()


def test_what_no_longer_measures_is_left_out():
    old = Assignment("KPK-0001", "BOT-0001", 0, until_s=10)
    new = Assignment("KPK-0002", "BOT-0001", 10)
    assert fleet_of([BOTI], [system(1)], [old, new], 1).serials == ("KPK-0002",)


def test_an_empty_or_torn_registry_is_refused():
    with pytest.raises(ValueError, match="no device"):
        fleet_of([BOTI], [system(1)], [], 1)
    with pytest.raises(ValueError, match="does not list"):
        fleet_of([BOTI], [system(1)], [Assignment("KPK-0001", "BOT-0009", 0)], 1)
