from dataclasses import replace

import numpy as np
import pytest

from device_sim.battery import (
    BatteryBank,
    BatteryState,
    Condition,
    battery_day,
    circuit_of,
    pass_current,
    short_v,
    usable_ah,
)
from device_sim.draw import Draw
from device_sim.noise import keys_of

ONE = np.ones(2, np.float32)
BANK = BatteryBank.of(np.zeros(2, np.int32), 20 * ONE, Draw(keys_of(1, ["a", "b"])))
WARM = 25 * ONE
NEW = Condition.new(2)


def state(soc: float) -> BatteryState:
    return BatteryState.resting(np.full(2, soc, np.float32))


def a_day(condition=NEW, *, leads_ohm: float = 0.0, battery_c: float = 25.0):
    return battery_day(BANK, leads_ohm * ONE, condition, battery_c * ONE)


def run(soc: float, current_a: float, steps: int, **how):
    """Drive both batteries with a constant current; the last voltage, the state, the flows."""
    now, current, flows = state(soc), np.full(2, current_a, np.float32), []
    day, volts = a_day(**how), np.zeros(2)
    for _ in range(steps):
        circuit = circuit_of(day, now)
        volts = circuit.voltage_v(current)
        flows.append(pass_current(day, now, circuit, current, volts))
    return volts, now, flows


def test_a_load_pulls_the_voltage_down_and_the_sun_lifts_it():
    rest, _, _ = run(0.7, 0.0, 1)
    loaded, _, _ = run(0.7, -2.0, 1)
    charged, _, _ = run(0.7, 2.0, 1)
    assert (loaded < rest).all()
    assert (charged > rest).all()
    assert rest == pytest.approx([12.6, 12.6], abs=0.2)


def test_charge_goes_where_the_current_says():
    _, now, _ = run(0.8, -1.0, 16)  # four hours at 1 A out of 20 Ah
    assert now.soc == pytest.approx([0.6, 0.6], abs=0.01)


def test_every_ampere_hour_is_accounted_for():
    cases = ((0.5, 1.5, 12), (0.3, -0.8, 12), (0.97, 2.0, 12), (0.02, -1.0, 12), (0.99, 0.1, 90))
    for start, current, steps in cases:
        _, now, flows = run(start, current, steps)
        lost = sum(f.lost_ah - f.clipped_ah for f in flows)
        gained = steps * 0.25 * current - lost
        assert (now.soc - state(start).soc) * 20 == pytest.approx(gained, abs=1e-3)


def test_the_state_of_charge_stays_within_its_bounds():
    assert run(0.9, 5.0, 40)[1].soc.max() <= 1.0
    assert run(0.1, -5.0, 40)[1].soc.min() >= 0.0


def test_resistance_is_that_of_the_battery_and_its_leads():
    def step_ohm(leads_ohm: float) -> float:
        circuit = circuit_of(a_day(leads_ohm=leads_ohm), state(0.6))
        volts = [circuit.voltage_v(amps * ONE)[0] for amps in (-1.0, -2.0)]
        return float(volts[0] - volts[1])

    assert 0.3 / 20 < step_ohm(0.0) < 0.8 / 20
    assert step_ohm(0.15) - step_ohm(0.0) == pytest.approx(0.15, abs=1e-5)


def test_the_cold_and_age_raise_resistance():
    sound, cold = (np.asarray(a_day(battery_c=c).ohmic) for c in (25.0, 5.0))
    assert cold / sound == pytest.approx(1.14, abs=0.01)
    old = replace(NEW, ohm=3 * ONE)
    assert (run(0.6, -3.0, 4, condition=old)[0] < run(0.6, -3.0, 4)[0] - 0.1).all()


def test_sulfate_refuses_charge_and_leaves_the_evening_alone():
    sulfated = replace(NEW, reluctance=4 * ONE)
    assert run(0.6, -1.0, 6, condition=sulfated)[0] == pytest.approx(run(0.6, -1.0, 6)[0])
    assert (run(0.8, 1.0, 6, condition=sulfated)[0] > run(0.8, 1.0, 6)[0] + 0.4).all()


def test_a_full_lead_acid_battery_accepts_little():
    voltages = [run(soc, 1.0, 4)[0][0] for soc in (0.5, 0.9, 0.98)]
    assert voltages[0] < 13.3
    assert voltages[2] > voltages[1] + 0.5 > voltages[0]


def test_a_full_battery_turns_the_current_into_gas_and_its_voltage_stays():
    volts, now, flows = run(0.9, 0.2, 200)
    assert now.soc.min() > 0.99
    assert flows[-1].lost_ah == pytest.approx([0.05, 0.05], abs=0.01)
    assert volts == pytest.approx(run(0.9, 0.2, 240)[0], abs=0.02)
    assert volts.max() < 17


def test_surface_charge_fades_within_hours():
    _, now, _ = run(0.95, 1.0, 8)
    day, none = a_day(), np.zeros(2, np.float32)
    before = now.polarisation_v.copy()
    for _ in range(8):
        pass_current(day, now, circuit_of(day, now, sunny=False), none, 13 * ONE)
    assert (before > 0.5).all()
    assert (now.polarisation_v < 0.06 * before).all()


def test_gas_grows_with_voltage_heat_and_age():
    def gas(inner_v: float, battery_c: float = 25.0, condition=NEW):
        now = replace(state(1.0), inner_v=inner_v * ONE)
        return circuit_of(a_day(condition, battery_c=battery_c), now).gas_a[0]

    assert gas(14.8) > 4 * gas(13.8)
    assert gas(13.8, 35.0) > 1.5 * gas(13.8)
    assert gas(13.8, condition=replace(NEW, gassing=3 * ONE)) == pytest.approx(3 * gas(13.8))


def test_in_the_dark_a_battery_is_the_same_without_gas():
    now = state(0.8)
    light, dark = (circuit_of(a_day(), now, sunny=sunny) for sunny in (True, False))
    assert np.array_equal(light.emf_v, dark.emf_v)
    assert np.array_equal(light.discharge_ohm, dark.discharge_ohm)
    assert dark.gas_a is None


def test_a_shorted_cell_is_missing_from_the_voltage():
    two_volts = short_v(BANK, np.array([0.0, 1.0], np.float32), ONE)
    volts = run(0.6, -0.5, 1, condition=replace(NEW, short_v=two_volts))[0]
    sound = run(0.6, -0.5, 1)[0]
    assert sound - volts == pytest.approx([0.0, 2.05], abs=0.01)


def test_capacity_follows_age_and_temperature():
    assert usable_ah(BANK, 0.5 * ONE, WARM) == pytest.approx([10, 10])
    assert usable_ah(BANK, ONE, 15 * ONE)[0] == pytest.approx(18.6, abs=0.01)
