from dataclasses import replace

import numpy as np
import pytest

from device_sim.battery import (
    BatteryBank,
    BatteryState,
    Condition,
    Flow,
    battery_day,
    circuit_of,
    pass_current,
)
from device_sim.draw import Draw
from device_sim.grid import STEP_H
from device_sim.noise import keys_of
from device_sim.packs import OPEN_OHM, Packs

KEYS = keys_of(1, ["lead", "a", "b"])
THREE = np.ones(3, np.float32)
BANK = BatteryBank.of(np.array([0, 1, 1], np.int32), 20 * THREE, Draw(KEYS))
NOBODY = np.zeros(3, bool)


class Rig:
    """A lead-acid battery and two packs whose cells' charges are given; driven by a current."""

    def __init__(self, *cells: float, own: float = 1.0, lost: float = 1.0) -> None:
        soc = np.full(3, cells[0], np.float32)
        self.state = BatteryState.resting(soc)
        self.packs = Packs.of(BANK, KEYS, soc, THREE)
        self.packs.soc = np.tile(np.array(cells, np.float32)[:, None], 2)
        self.begin(own, lost)

    def begin(self, own: float = 1.0, lost: float = 1.0, *, renewed=NOBODY, short_v=0.0) -> None:
        shorted = short_v * THREE
        capacity = own * lost * THREE
        capacity[1:] = self.packs.begin_day(own * THREE, lost * THREE, renewed, shorted)
        self.capacity = capacity[1:]
        condition = replace(Condition.new(3), capacity=capacity)
        self.day = battery_day(BANK, 0 * THREE, condition, 25 * THREE)
        self.packs.use(self.day)

    def step(self, amps: float) -> tuple[np.ndarray, np.ndarray, Flow]:
        """Terminal voltage, current and flow of one step; a tripped pack passes no current."""
        current = np.array([min(amps, 0.2), amps, amps], np.float32)
        circuit = circuit_of(self.day, self.state)
        cells = self.packs.circuit(self.state, circuit)
        self.packs.trip(cells, circuit, current)
        ohm = circuit.charge_ohm if amps > 0 else circuit.discharge_ohm
        current = np.where(ohm >= OPEN_OHM, 0.0, current).astype(np.float32)
        volts = circuit.voltage_v(current)
        flow = pass_current(self.day, self.state, circuit, current, volts)
        self.packs.pass_current(self.state, cells, current, flow)
        return volts[1:], current[1:], flow


def test_a_pack_holds_what_its_weakest_cell_allows():
    even = Rig(0.5, 0.5, 0.5, 0.5)
    weakest = even.packs.capacity_ah.min(axis=0)
    assert even.packs.usable_ah() == pytest.approx(weakest, rel=1e-3)
    assert (weakest < 20).all()
    apart = Rig(0.6, 0.5, 0.5, 0.4)
    gone = even.capacity - apart.capacity
    assert (gone > 0.12).all()
    assert (gone < 0.22).all()


def test_cells_drift_apart_as_a_pack_ages():
    new, old = (Rig(0.5, 0.5, 0.5, 0.5, own=own).packs.capacity_ah for own in (1.0, 0.7))
    assert (np.ptp(old, axis=0) > 2 * np.ptp(new, axis=0)).all()


def test_a_fault_takes_most_from_the_weakest_cell():
    rig = Rig(0.5, 0.5, 0.5, 0.5, lost=0.5)
    share = rig.packs.capacity_ah / Rig(0.5, 0.5, 0.5, 0.5).packs.capacity_ah
    assert share.min(axis=0) == pytest.approx([0.5, 0.5])
    assert share.max(axis=0) == pytest.approx([0.5**0.5] * 2)


def test_a_high_cell_ends_the_charge_while_the_pack_is_below_absorption():
    rig = Rig(0.97, 0.6, 0.6, 0.6)
    seen = [rig.step(3.0) for _ in range(6)]
    assert seen[0][1] == pytest.approx([3.0, 3.0])
    assert rig.packs.over.all()
    assert seen[-1][1] == pytest.approx([0.0, 0.0])
    assert seen[-1][0].max() < 14.0
    # It still gives: a switched-off charge is no switched-off pack.
    assert rig.step(-1.0)[1] == pytest.approx([-1.0, -1.0])


def test_a_balanced_pack_charges_past_that_point():
    rig = Rig(0.90, 0.90, 0.90, 0.90)
    for _ in range(2):
        rig.step(2.0)
    assert not rig.packs.over.any()


def test_the_charge_comes_back_when_the_high_cell_has_come_down():
    rig = Rig(1.0, 0.6, 0.6, 0.6)
    rig.step(3.0)
    assert rig.packs.over.all()
    for _ in range(6):
        rig.step(-1.0)
    assert not rig.packs.over.any()


def test_a_low_cell_switches_the_pack_off_in_one_step():
    rig = Rig(0.6, 0.6, 0.6, 0.06)
    seen = [rig.step(-1.0) for _ in range(8)]
    at = int(np.argmax([bool(current[0] == 0) for _, current, _ in seen]))
    assert at > 0
    assert seen[at - 1][0][0] > 12.2  # little to see in the sample before
    assert rig.packs.under.all()


def test_only_a_charge_brings_a_flat_pack_back():
    rig = Rig(0.3, 0.3, 0.3, 0.0)
    rig.step(-1.0)
    assert rig.packs.under.all()
    rig.step(0.0)
    assert rig.packs.under.all()
    for _ in range(6):
        rig.step(2.0)
    assert not rig.packs.under.any()


def test_a_shorted_cell_keeps_the_pack_off_for_good():
    rig = Rig(0.7, 0.7, 0.7, 0.7)
    rig.begin(short_v=3.3)
    for amps in (1.0, -1.0, 1.0):
        assert rig.step(amps)[1] == pytest.approx([0.0, 0.0])
    assert rig.packs.under.all()


def test_full_cells_bleed_until_the_others_have_caught_up():
    rig = Rig(0.995, 0.96, 0.96, 0.96)
    apart = []
    for _ in range(60):
        rig.step(0.05)
        apart.append(float(np.ptp(rig.packs.soc[:, 0])))
    assert apart[-1] < 0.5 * apart[0]
    idle = Rig(0.6, 0.55, 0.55, 0.55)
    for _ in range(60):
        idle.step(0.0)
    assert np.ptp(idle.packs.soc[:, 0]) == pytest.approx(0.05, abs=0.005)


def test_the_cells_of_a_new_pack_are_alike():
    rig = Rig(0.9, 0.5, 0.6, 0.7)
    rig.begin(renewed=np.array([False, True, False]))
    assert np.ptp(rig.packs.soc, axis=0) == pytest.approx([0.0, 0.4], abs=1e-6)


@pytest.mark.parametrize("amps", [2.0, -2.0, 0.0])
def test_every_ampere_hour_of_the_cells_is_accounted_for(amps):
    rig = Rig(0.8, 0.7, 0.3, 0.5)
    before = rig.packs.soc.copy()
    flowed = np.zeros(2)
    for _ in range(30):
        _, current, flow = rig.step(amps)
        flowed += current * STEP_H - flow.lost_ah[1:] + flow.clipped_ah[1:]
    stored = ((rig.packs.soc - before) * rig.packs.capacity_ah).mean(axis=0)
    assert stored == pytest.approx(flowed, abs=1e-3)
    assert rig.state.soc.min() >= 0
    assert rig.state.soc.max() <= 1


def test_lead_acid_rows_are_left_alone():
    rig = Rig(0.9, 0.3, 0.6, 0.7)
    alone = BatteryState.resting(np.full(3, 0.9, np.float32))
    for _ in range(5):
        rig.step(-1.0)
        circuit = circuit_of(rig.day, alone)
        volts = circuit.voltage_v(-1 * THREE)
        pass_current(rig.day, alone, circuit, -1 * THREE, volts)
    assert rig.state.soc[0] == alone.soc[0]
