"""The electric day as a whole fleet lives it: equalising, packs that switch off, shorted cells."""

import numpy as np
import pytest

from device_sim.controller import ABSORPTION, EQUALISE, FLOAT
from device_sim.fault import Episode
from device_sim.packs import DEAD_V
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

FLEET = mixed_fleet()
LITHIUM = 4
NAMES = ("battery_voltage_v", "battery_current_a", "soc", "load_current_a", "cut", "mute")


def failed(row: int, *, shorted_cells: float = 1.0) -> Episode:
    shape = {"shorted_cells": shorted_cells, "ohm": 1.2}
    start_s = (DAY + 2) * DAY_S - 3600
    return Episode("battery_failed_abruptly", SERIALS[row], start_s, np.inf, 0.5, shape)


@pytest.fixture(scope="module")
def month():
    return Flows(FLEET, 34)


@pytest.fixture(scope="module")
def struck():
    return Flows(FLEET, 6, [failed(LITHIUM)])


def test_who_equalises_does_so_once_a_month_above_absorption(month):
    equalises = FLEET.controller.equal_v > 0
    assert 0 < equalises.sum() < len(FLEET)
    stage = month["charge_stage"]
    steps = (stage == EQUALISE).sum(axis=0)
    assert not steps[~equalises].any()
    assert (steps[equalises] > 0).any()
    assert steps.max() <= 2 * 8 + 2
    row = int(steps.argmax())
    volts = month["battery_voltage_v"][:, row] / FLEET.blocks[row]
    assert volts[stage[:, row] == EQUALISE].max() > volts[stage[:, row] == ABSORPTION].max() + 0.1


def test_equalising_comes_after_absorption_and_float_after_it(month):
    stage = month["charge_stage"]
    begins = (stage[1:] == EQUALISE) & (stage[:-1] != EQUALISE)
    assert set(stage[:-1][begins].tolist()) == {ABSORPTION}
    ends = (stage[:-1] == EQUALISE) & (stage[1:] != EQUALISE)
    assert FLOAT in stage[1:][ends]


def test_a_pack_with_a_dead_cell_gives_nothing_by_night(struck):
    night = struck["pv_voltage_v"][:, LITHIUM] < 1
    after = np.arange(night.size) >= 2 * 96
    volts = struck["battery_voltage_v"][:, LITHIUM]
    assert volts[night & ~after].min() > 11
    assert volts[night & after] == pytest.approx(DEAD_V)
    for name in ("load_current_a", "battery_current_a", "charge_current_a"):
        assert not struck[name][night & after, LITHIUM].any(), name
    lost = [t.truth.unserved_ah[LITHIUM] / t.truth.wanted_ah[LITHIUM] for t in struck.traces]
    assert max(lost[:2]) == 0
    assert min(lost[3:]) > 0.5


def test_it_is_seen_dead_once_and_then_not_at_all(struck):
    volts, mute = struck["battery_voltage_v"][:, LITHIUM], struck["mute"][:, LITHIUM]
    dead = volts <= DEAD_V
    first = dead[1:] & ~dead[:-1]
    assert first.any()
    assert not mute[1:][first].any()
    assert mute[1:][dead[1:] & ~first].all()
    assert not mute[~dead].any()


def test_the_sun_wakes_its_controller(struck):
    volts = struck["battery_voltage_v"][3 * 96 :, LITHIUM]
    assert volts.max() > 13.5


def test_a_healthy_pack_is_never_dead(month):
    assert month["battery_voltage_v"][:, LITHIUM].min() > 11
    assert not month["mute"].any()


def test_a_pack_in_trouble_leaves_its_neighbours_untouched(struck):
    well, others = Flows(FLEET, 6), np.arange(len(FLEET)) != LITHIUM
    for name in NAMES:
        assert np.array_equal(struck[name][:, others], well[name][:, others]), name


def test_beside_a_shorted_cell_lead_acid_gasses_what_it_is_given():
    sick, well = Flows(FLEET, 6, [failed(1)]), Flows(FLEET, 6)
    lost, given = (f["lost_ah"][3 * 96 :, 1].sum() for f in (sick, well))
    assert lost > 3 * given
    for name in ("soc", "battery_voltage_v"):
        assert np.isfinite(sick[name]).all()
    assert sick["battery_voltage_v"][3 * 96 :, 1].max() < 14.2
