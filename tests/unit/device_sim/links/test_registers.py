"""From the physics to every register of every map, and back by the gateway's own decoder."""

import pytest

from collector.controllers.decode import decode
from collector.controllers.load import load_map, map_names
from device_sim.links.registers import implied, words_of

DAY = {
    "pv_voltage_v": 17.2, "pv_current_a": 2.5, "battery_voltage_v": 13.1, "battery_current_a": 2.1,
    "load_current_a": 0.4, "load_voltage_v": 13.0, "battery_temperature_c": 28.0,
    "soc_percent": 71.0, "charge_stage": 1.0, "load_state": 1.0, "fault_bits": 0.0,
}  # fmt: skip
NIGHT = DAY | {"pv_voltage_v": 0.4, "pv_current_a": 0.0, "battery_current_a": -0.4,
               "charge_stage": 0.0}  # fmt: skip
CLOSE = {"pv_current_a": 0.06, "soc_percent": 0.0}


@pytest.mark.parametrize("name", map_names())
@pytest.mark.parametrize("state", [DAY, NIGHT], ids=["day", "night"])
def test_a_reading_is_the_state_of_the_system(name, state):
    controller = load_map(name)
    told = decode(controller, words_of(controller, state))
    known = told.keys() & state.keys()
    assert {"battery_voltage_v", "charge_stage", "fault_bits"} <= known
    for field in known:
        assert told[field] == pytest.approx(state[field], abs=CLOSE.get(field, 0.06)), field
    assert not known & set(controller.lacks)


def test_sums_and_products_follow_from_the_fields():
    told = implied(DAY)
    assert told["pv_power_w"] == pytest.approx(43.0)
    assert told["charge_current_a"] == pytest.approx(2.5)
    assert told["charge_power_w"] == pytest.approx(32.75)
    assert told["load_power_w"] == pytest.approx(5.2)
    assert told["battery_voltage_slow_v"] == 13.1
    assert implied({"battery_current_a": -0.5, "load_current_a": 0.4})["charge_current_a"] == 0.0
    assert implied({}) == {}
