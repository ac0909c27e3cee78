"""A gateway's simulated controllers on a bus."""

from dataclasses import replace

import numpy as np
import pytest
from pymodbus.client import ModbusTcpClient

from collector.domain.fields import FIELD_INDEX
from device_sim.options import OptionError, Serving
from device_sim.served import Served
from tests.unit.device_sim.test_bootstrap import DAY, NOW_S, SERVING, build, options

__all__ = ["options"]


@pytest.fixture
def timeline(options):
    return build(options).timeline


def served(timeline, **said):
    return Served(replace(SERVING, **said), timeline, lambda: NOW_S)


def test_the_bus_shows_what_the_story_says_of_this_instant(timeline):
    bus = served(timeline)
    values, heard = timeline.at(NOW_S)
    place = FIELD_INDEX["battery_voltage_v"]
    for unit in (1, 2, 3):
        shown = bus.state(unit)
        if heard[unit - 1]:
            assert shown["battery_voltage_v"] == pytest.approx(float(values[unit - 1, place]))
            assert {"pv_current_a", "battery_current_a", "soc_percent", "load_state"} <= set(shown)
            assert all(np.isfinite(v) for v in shown.values())


def test_a_controller_that_is_not_heard_does_not_answer(timeline):
    timeline.day(DAY + 2).heard[1] = False
    assert served(timeline).state(2) == {}


def test_all_may_be_served_as_another_kind(timeline):
    bus = served(timeline, controller="srne_rover")
    port = bus.bus.start()
    client = ModbusTcpClient("127.0.0.1", port=port)
    volts = client.read_holding_registers(0x0101, count=1, device_id=1).registers[0] / 10
    client.close()
    bus.stop()
    assert volts == pytest.approx(bus.state(1)["battery_voltage_v"], abs=0.06)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"gateway": "gw-boti"}, "gw-boti: the registry gives its devices no units"),
        ({"gateway": "gw-nowhere"}, "gw-nowhere"),
        ({"controller": "steca"}, "no map for controller 'steca'"),
        ({"controller": "victron_vedirect"}, "speaks no Modbus"),
    ],
)
def test_what_cannot_be_served_is_refused(timeline, wish, said):
    with pytest.raises(OptionError, match=said):
        served(timeline, **wish)


def test_nothing_is_served_unless_it_is_said_where(tmp_path):
    assert not Serving("gw-kusi-utara").wanted
    assert Serving(port=0).wanted
    assert Serving(serial=tmp_path).wanted
    assert Serving(vedirect=tmp_path).wanted


def test_text_is_sent_at_the_name_asked_for(timeline, tmp_path):
    bus = served(timeline, port=None, vedirect=tmp_path / "tty")
    bus.start()
    assert (tmp_path / "tty").exists()
    bus.stop()
    assert not (tmp_path / "tty").exists()
