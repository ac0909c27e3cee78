import numpy as np
import pytest

from collector.domain.registry import Registry
from device_sim.climate import MEKONG, climate_of
from device_sim.country import Country
from device_sim.fleet import fleet_of
from tests.fixtures.simulated_field import BOTI, HAYA, Flows, mixed_fleet

FLEET = mixed_fleet()
REGISTRY = Registry((BOTI, HAYA), FLEET.systems, FLEET.assignments)
LAOS = Country(latitude=20.0, longitude=102.5, timezone="Asia/Vientiane")


def test_the_programmes_own_country_changes_nothing():
    same = Flows(Country().furnish(FLEET), 1)
    assert same["battery_voltage_v"].tobytes() == Flows(FLEET, 1)["battery_voltage_v"].tobytes()
    assert Country().moved(REGISTRY) is REGISTRY


def test_each_factor_changes_its_own_spread():
    there = Country(capacity=0.9, ohm=0.5, use=1.2, cut_v=0.3, fade=0.0, soiling=2.0).furnish(FLEET)
    assert there.battery.ohmic == pytest.approx(0.5 * FLEET.battery.ohmic)
    assert there.controller.cut_v == pytest.approx(FLEET.controller.cut_v + 0.3)
    assert there.soiling_per_day == pytest.approx(2 * FLEET.soiling_per_day)
    assert not there.capacity_per_day.any()
    assert there.capacity_start.min() == pytest.approx(0.9)
    assert there.capacity_start.max() == FLEET.capacity_start.max()
    assert np.array_equal(there.controller.absorb_v, FLEET.controller.absorb_v)
    used = [
        Flows(fleet, 1)["load_current_a"][:, 7].mean()
        for fleet in (Country(use=1.2).furnish(FLEET), FLEET)
    ]
    assert used[0] == pytest.approx(1.2 * used[1], rel=0.15)


def test_evenings_can_be_later_but_for_facilities():
    there = Country(later_h=1.0).furnish(FLEET)
    later_h = there.habits.evening[:2] - FLEET.habits.evening[:2]
    assert later_h[:, 0].tolist() == pytest.approx([1.0, 1.0], abs=1e-5)
    assert not later_h[:, 8].any()


def test_villages_move_together_into_another_climate():
    moved = LAOS.moved(REGISTRY)
    boti, haya = moved.villages
    assert haya.latitude - boti.latitude == pytest.approx(HAYA.latitude - BOTI.latitude)
    assert (boti.latitude + haya.latitude) / 2 == pytest.approx(20.0)
    assert {v.timezone for v in moved.villages} == {"Asia/Vientiane"}
    assert [climate_of(v) for v in moved.villages] == [MEKONG, MEKONG]
    fleet = fleet_of(moved.villages, moved.systems, moved.assignments, 1)
    assert set(fleet.offset_s) == {7 * 3600}
    noon = Flows(fleet, 1)["pv_voltage_v"][20, 7]  # noon in Vientiane
    assert noon > 12
