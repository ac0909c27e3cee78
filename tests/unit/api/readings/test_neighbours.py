"""The band of the healthy neighbours."""

import dataclasses

import numpy as np
import pytest

from api.fleet.snapshot import FleetView
from api.readings.neighbours import FEWEST, MOST, band, healthy_neighbours
from tests.unit.api.world import NOW_S

WINDOW = (int(NOW_S) - 2 * 86_400, int(NOW_S))


@pytest.fixture
def snapshot(world):
    return FleetView(world.services()).now()


def test_neighbours_are_healthy_alike_and_others(snapshot, world):
    system = next(s for s in world.fleet.systems if s.village == "Oemaman")
    found = healthy_neighbours(snapshot, system)
    assert FEWEST <= len(found) <= MOST
    assert system not in found
    assert {s.village for s in found} == {"Oemaman"}
    assert not {s.code for s in found} & set(world.fault_of)


def test_another_panel_is_no_neighbour(snapshot):
    system = dataclasses.replace(snapshot.systems_of["Boti"][0], panel_w=20)
    assert healthy_neighbours(snapshot, system) == []


def test_the_band_holds_the_middle_of_the_neighbours(snapshot, world):
    system = snapshot.systems_of["Boti"][0]
    found = band(world.store, snapshot, system, "battery_voltage_v", WINDOW)
    known = np.isfinite(found.median)
    assert known.mean() > 0.9
    assert (found.low[known] <= found.median[known]).all()
    assert (found.median[known] <= found.high[known]).all()
    assert found.neighbours <= MOST


def test_too_few_neighbours_give_no_band(snapshot, world):
    lamp = snapshot.systems_of["Luhu"][0]
    assert band(world.store, snapshot, lamp, "battery_voltage_v", WINDOW) is None


def test_hours_in_which_too_few_spoke_are_unknown(snapshot, world):
    system = snapshot.systems_of["Boti"][0]
    before = (WINDOW[0] - 30 * 86_400, WINDOW[0] - 29 * 86_400)
    found = band(world.store, snapshot, system, "battery_voltage_v", before)
    assert np.isnan(found.median).all()
