"""What a controller's registers hold when the physics says how its system is."""

from collections.abc import Mapping

from collector.controllers.controller_map import ControllerMap, Words
from collector.controllers.encode import encode
from collector.controllers.texts import split

State = Mapping[str, float]
"""Field or register name -> value, of one controller at one moment."""

_BATTERY_VOLTAGES = (
    *("battery_terminal_voltage_v", "battery_sense_voltage_v", "battery_voltage_slow_v"),
    *("battery_voltage_60s_v", "battery_voltage_1m_v"),
)


def words_of(controller: ControllerMap, state: State) -> Words:
    """Every word of every block: the nameplate, the state, and what follows from the state."""
    nameplate, texts = split(controller.nameplate)
    return encode(controller, {**nameplate, **implied(state), **state}, texts)


def implied(state: State) -> dict[str, float]:
    """What controllers have registers for besides our fields: sums and products of them."""
    found = {}
    if "battery_voltage_v" in state:
        found |= dict.fromkeys(_BATTERY_VOLTAGES, state["battery_voltage_v"])
    for name, volts, amperes in (
        ("pv_power_w", "pv_voltage_v", "pv_current_a"),
        ("load_power_w", "load_voltage_v", "load_current_a"),
    ):
        if volts in state and amperes in state:
            found[name] = state[volts] * state[amperes]
    if "battery_current_a" in state:
        # The charger feeds the battery and the load together; noise does not make it draw.
        charge_a = max(0.0, state["battery_current_a"] + state.get("load_current_a", 0.0))
        found["charge_current_a"] = charge_a
        found["charge_power_w"] = charge_a * state.get("battery_voltage_v", 0.0)
    return found
