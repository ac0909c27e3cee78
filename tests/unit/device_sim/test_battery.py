import numpy as np
import pytest

from device_sim.battery import (
    BatteryBank,
    BatteryState,
    circuit_of,
    gassing_a,
    pass_current,
    usable_ah,
)
from device_sim.draw import Draw
from device_sim.noise import keys_of

ONE = np.ones(2, np.float32)
BANK = BatteryBank.of(np.array([0, 1], np.int32), 20 * ONE, Draw(keys_of(1, ["a", "b"])))
WARM = 25 * ONE


def state(soc: float) -> BatteryState:
    return BatteryState(np.full(2, soc, np.float32), np.zeros(2, np.float32))


def run(soc: float, current_a: float, steps: int, *, aged: float = 1.0):
    """Drive both batteries with a constant current; the last voltage, the state, the flows."""
    now, current, flows = state(soc), np.full(2, current_a, np.float32), []
    volts = np.zeros(2)
    for _ in range(steps):
        circuit = circuit_of(BANK, now, current < 0, aged * ONE)
        volts = circuit.voltage_v(current)
        capacity = usable_ah(BANK, ONE, WARM)
        flows.append(pass_current(BANK, now, circuit, current, (volts, WARM, capacity)))
    return volts, now, flows


def test_a_load_pulls_the_voltage_down_and_the_sun_lifts_it():
    rest, _, _ = run(0.7, 0.0, 1)
    loaded, _, _ = run(0.7, -2.0, 1)
    charged, _, _ = run(0.7, 2.0, 1)
    assert (loaded < rest).all()
    assert (charged > rest).all()
    assert rest[0] == pytest.approx(12.5, abs=0.2)


def test_charge_goes_where_the_current_says():
    _, now, _ = run(0.8, -1.0, 16)  # four hours at 1 A out of 20 Ah
    assert now.soc == pytest.approx([0.6, 0.6], abs=0.01)


def test_every_ampere_hour_is_accounted_for():
    for start, current in ((0.5, 1.5), (0.3, -0.8), (0.97, 2.0), (0.02, -1.0)):
        before = state(start).soc * usable_ah(BANK, ONE, WARM)
        _, now, flows = run(start, current, 12)
        after = now.soc * usable_ah(BANK, ONE, WARM)
        lost = sum(f.lost_ah - f.clipped_ah for f in flows)
        assert after - before == pytest.approx(12 * 0.25 * current - lost, abs=1e-3)


def test_the_state_of_charge_stays_within_its_bounds():
    assert run(0.9, 5.0, 40)[1].soc.max() <= 1.0
    assert run(0.1, -5.0, 40)[1].soc.min() >= 0.0


def test_a_full_lead_acid_battery_accepts_little():
    voltages = [run(soc, 1.0, 6)[0][0] for soc in (0.5, 0.9, 0.98)]
    assert voltages[0] < 13.7
    assert voltages[2] > voltages[1] + 0.5 > voltages[0]


def test_surface_charge_fades_over_hours_and_faster_under_load():
    _, now, _ = run(0.95, 1.0, 8)
    before = now.polarisation_v.copy()
    for current, share in ((0.0, 0.98), (-0.3, 0.85)):
        later = BatteryState(now.soc.copy(), before.copy())
        draw = np.full(2, current, np.float32)
        circuit = circuit_of(BANK, later, draw < 0, ONE)
        pass_current(BANK, later, circuit, draw, (13 * ONE, WARM, 20 * ONE))
        assert (later.polarisation_v < share * before).all()


def test_an_aged_battery_sags_more():
    new, old = run(0.6, -1.0, 4)[0], run(0.6, -1.0, 4, aged=2.0)[0]
    assert (old < new - 0.05).all()


def test_gassing_grows_with_voltage_and_heat_and_hardly_touches_lithium():
    mild = gassing_a(BANK, 13.8 * ONE, WARM)
    assert gassing_a(BANK, 14.8 * ONE, WARM)[0] > 4 * mild[0]
    assert gassing_a(BANK, 13.8 * ONE, 35 * ONE)[0] > 1.5 * mild[0]
    assert mild[1] < 0.01 * mild[0]


def test_capacity_follows_age_and_temperature():
    assert usable_ah(BANK, 0.5 * ONE, WARM) == pytest.approx([10, 10])
    assert usable_ah(BANK, ONE, 15 * ONE)[0] == pytest.approx(18.6, abs=0.01)
