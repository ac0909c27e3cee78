import numpy as np
import pytest

from device_sim.battery import usable_ah
from device_sim.controller import BULK, FLOAT, LOAD_BY_DAYLIGHT, LOAD_CUT, LOAD_ON
from device_sim.fault import Episode
from device_sim.grid import STEP_H
from device_sim.run import Simulation
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

FLEET = mixed_fleet()
HOME, LITHIUM, STREET = 1, 4, 9
OPEN = Episode("panel_disconnected", SERIALS[1], (DAY + 3) * DAY_S, np.inf)


@pytest.fixture(scope="module")
def flows():
    return Flows(FLEET, 14)


def test_the_same_seed_gives_the_same_bytes(flows):
    again = Flows(mixed_fleet(), 14)
    for name in flows.names:
        assert flows[name].tobytes() == again[name].tobytes(), name


def test_another_seed_does_not(flows):
    other = Flows(mixed_fleet(seed=2), 14, seed=2)
    assert not np.array_equal(flows["battery_voltage_v"], other["battery_voltage_v"])


def test_a_fault_at_one_system_leaves_every_other_untouched(flows):
    struck = Flows(FLEET, 14, [OPEN])
    others = np.arange(len(FLEET)) != 1
    for name in flows.names:
        assert np.array_equal(flows[name][:, others], struck[name][:, others]), name
    assert not np.array_equal(flows["soc"][:, 1], struck["soc"][:, 1])


def test_currents_balance_at_every_moment(flows):
    battery = flows["charge_current_a"] - flows["load_current_a"] - FLEET.controller.own_a
    assert flows["battery_current_a"] == pytest.approx(battery, abs=1e-5)


def test_charge_balances_over_every_day():
    """What is stored at the end is what was there, plus what flowed in, less what gassed."""
    simulation = Simulation(FLEET, 1, DAY, [])
    lead = FLEET.battery.chemistry == 0
    for _ in range(5):
        yesterday_c = simulation._yesterday_c
        trace = simulation.advance([])
        capacity = usable_ah(FLEET.battery, trace.truth.capacity, yesterday_c)
        stored = (trace.soc[-1] - trace.soc[0]) * capacity
        in_ah = trace.battery_current_a * STEP_H - trace.lost_ah + trace.clipped_ah
        assert stored[lead] == pytest.approx(in_ah[1:].sum(axis=0)[lead], abs=2e-3)


def test_charge_balances_in_every_pack_of_cells_too():
    simulation = Simulation(FLEET, 1, DAY, [])
    packs = simulation._electric.packs
    for _ in range(5):
        before = packs.soc.copy()
        trace = simulation.advance([])
        stored = ((packs.soc - before) * packs.capacity_ah).mean(axis=0)
        in_ah = trace.battery_current_a * STEP_H - trace.lost_ah + trace.clipped_ah
        assert stored == pytest.approx(in_ah.sum(axis=0)[packs.rows], abs=2e-3)


def test_energy_is_lost_and_never_made(flows):
    """The panel gives at least what reaches battery and load; a tracker loses a twentieth."""
    blocks = FLEET.blocks
    from_panel = flows["pv_voltage_v"] * flows["pv_current_a"]
    to_bus = flows["battery_voltage_v"] * flows["charge_current_a"]
    assert (from_panel >= to_bus - 0.02 * blocks).all()
    tracked = to_bus[:, FLEET.controller.mppt] > 1
    share = (
        to_bus[:, FLEET.controller.mppt][tracked] / from_panel[:, FLEET.controller.mppt][tracked]
    )
    assert share == pytest.approx(0.95, abs=0.01)


def test_charge_stays_within_bounds(flows):
    assert flows["soc"].min() >= 0.0
    assert flows["soc"].max() <= 1.0


def test_the_battery_current_is_positive_when_charging(flows):
    rising = np.diff(flows["soc"][:, HOME]) > 0.01
    assert (flows["battery_current_a"][1:, HOME][rising] > 0).all()


def test_voltages_are_those_of_a_12_v_and_a_24_v_system(flows):
    volts = flows["battery_voltage_v"]
    assert 11 < volts[:, HOME].min() < volts[:, HOME].max() <= 14.8
    assert 22 < volts[:, 8].min() < volts[:, 8].max() <= 29.6


def test_panels_give_a_bell_by_day_and_nothing_by_night(flows):
    current = flows["pv_current_a"].reshape(-1, 96, len(FLEET))[:, :, HOME]
    local_h = (np.arange(96) / 4 + 8) % 24
    assert not current[:, (local_h < 5) | (local_h > 19.5)].any()
    assert current.mean(axis=0).max() > 0.5
    # Some days the battery fills and the panel is held back although the sun shines.
    stages = flows["charge_stage"][:, HOME]
    assert {BULK, FLOAT} <= set(stages.tolist())


def test_a_full_battery_curtails_its_panel(flows):
    stage = flows["charge_stage"][:, HOME]
    sunny = flows["pv_voltage_v"][:, HOME] > 17
    current = flows["pv_current_a"][:, HOME]
    assert current[(stage == FLOAT) & sunny].mean() < 0.3 * current.max()


def test_lithium_stays_flat_where_lead_acid_sags(flows):
    night = flows["pv_voltage_v"] < 1
    spread = [np.ptp(flows["battery_voltage_v"][night[:, row], row]) for row in (HOME, LITHIUM)]
    assert spread[1] < spread[0]


def test_street_lights_burn_at_night_only(flows):
    load = flows["load_current_a"][:, STREET]
    dark = flows["pv_voltage_v"][:, STREET] < 1
    assert not load[~dark & (flows["pv_voltage_v"][:, STREET] > 8)].any()
    burning = flows["load_state"][:, STREET] == LOAD_ON
    assert (load[burning] > 0.3).all()
    assert LOAD_BY_DAYLIGHT in flows["load_state"][:, STREET]


def test_without_sun_the_load_is_cut_in_the_end_and_stays_cut():
    flows = Flows(FLEET, 22, [OPEN])
    state = flows["load_state"][:, 1]
    assert LOAD_CUT in state
    cut = state == LOAD_CUT
    assert not flows["load_current_a"][cut, 1].any()
    truth = [trace.truth for trace in flows.traces]
    assert truth[-1].unserved_ah[1] == pytest.approx(truth[-1].wanted_ah[1], rel=0.01)
    assert [bool(t.sunless[1]) for t in truth[:5]] == [False, False, False, True, True]
    assert flows["battery_voltage_v"][cut, 1].min() > 10


def test_the_truth_of_a_healthy_fleet_is_that_everybody_is_served(flows):
    for trace in flows.traces:
        assert trace.truth.capacity.min() > 0.75
        assert trace.truth.dirt.max() < 0.08
        assert trace.truth.unserved_ah[[0, 1, 2, 3, 5, 7]].max() == 0


def test_neighbours_see_nearly_the_same_sky():
    """What two panels of a village can give is related above 0.9, and is not the same."""
    from device_sim.inputs import inputs_of
    from device_sim.levers import Levers
    from device_sim.weather import Weather

    weather = Weather(FLEET.villages, 1)
    clean = np.zeros(len(FLEET), np.float32)
    days = [
        inputs_of(FLEET, weather.day(day), Levers.untouched(len(FLEET)), clean, day)
        for day in range(DAY, DAY + 30)
    ]
    photo = np.concatenate([d.panels.photo_a for d in days])
    light = photo / photo.max(axis=0)
    sun = light[:, 0] > 0.02
    related = np.corrcoef(light[sun][:, [0, 1, 2, 7]].T)
    assert 0.9 < related[0, 1] < 0.9999
    assert 0.9 < related[1, 2] < 0.9999
    assert related[0, 3] < related[0, 1]  # another island
    daily = light.reshape(30, 96, -1).sum(axis=1)
    assert np.corrcoef(daily[:, :2].T)[0, 1] > 0.95
