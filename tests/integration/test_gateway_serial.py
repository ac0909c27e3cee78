"""The gateway on a serial line: a pty pair by socat stands for the USB adapter."""

import subprocess
import time

import pytest

from collector.controllers.controller_map import Block
from collector.controllers.decode import decode
from collector.controllers.load import load_map
from collector.gateway.bus import PymodbusBus
from collector.gateway.config import BusConfig
from collector.gateway.device import Device
from collector.gateway.poller import Poller
from collector.gateway.port import BusDownError, NoReplyError
from device_sim.links.modbus import ModbusBus
from tests.servers.left_out import need

EPEVER = load_map("epever_tracer")
STATE = {"pv_voltage_v": 17.25, "battery_voltage_v": 12.76, "battery_current_a": -3.5}

pytestmark = pytest.mark.socat


@pytest.fixture
def line(tmp_path):
    """Path of a serial line on which units 1 and 2 answer in RTU frames."""
    devices = ModbusBus(
        dict.fromkeys([1, 2], EPEVER), lambda unit: STATE | {"soc_percent": unit}, framing="rtu"
    )
    port = devices.start()
    path = tmp_path / "ttyUSB0"
    adapter = subprocess.Popen(
        [str(need("socat")), f"pty,raw,echo=0,link={path}", f"tcp:127.0.0.1:{port}"]
    )
    limit_s = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < limit_s
        time.sleep(0.02)
    yield path
    adapter.terminate()
    adapter.wait()
    devices.stop()


def bus_on(path):
    config = BusConfig("usb", (), "serial", device=str(path), timeout_s=0.3)
    return PymodbusBus(config, EPEVER.link, settle_s=0.0, quiet_s=0.05)


def test_readings_come_over_a_serial_line(line):
    kept = []
    bus = bus_on(line)
    devices = [Device("A", 1, EPEVER), Device("B", 2, EPEVER), Device("C", 3, EPEVER)]
    done = Poller(bus, devices, kept.append, lambda: 1000.0).cycle()
    bus.close()
    assert done.read == ["A", "B"]
    assert done.failed == ["C"]
    assert [r.fields["soc_percent"] for r in kept] == [1.0, 2.0]
    assert kept[0].fields["battery_current_a"] == -3.5


def test_silence_and_a_reset(line):
    bus = bus_on(line)
    block = Block("net_battery", 4, 0x331A, 3)
    with pytest.raises(NoReplyError):
        bus.read(9, block)
    bus.reset()
    words = dict(zip(block.addresses, bus.read(1, block), strict=True))
    assert decode(EPEVER, words)["battery_voltage_v"] == 12.76
    bus.close()


def test_an_adapter_that_is_not_plugged_in(tmp_path):
    with pytest.raises(BusDownError):
        bus_on(tmp_path / "none").read(1, Block("b", 4, 0x3100, 1))
