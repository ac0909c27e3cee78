"""Reading a VE.Direct port: a pseudo terminal by the simulator, or one that talks nonsense."""

import os
import threading
import tty
from contextlib import contextmanager

import pytest

from collector.controllers.load import load_map
from collector.controllers.vedirect import frame_of
from collector.gateway.bus_config import BusConfig
from collector.gateway.device import Device
from collector.gateway.poller import Poller
from collector.gateway.port import BusDownError, NoReplyError
from collector.gateway.survey import lines, read_everything
from collector.gateway.vedirect import VeDirectBus
from device_sim.links.vedirect import VeDirectLine

VICTRON = load_map("victron_vedirect")
STATE = {"battery_voltage_v": 12.81, "battery_current_a": -0.4, "pv_voltage_v": 18.2,
         "pv_current_a": 0.0, "load_current_a": 0.4, "load_state": 1.0,
         "charge_stage": 3.0}  # fmt: skip


def bus_at(path, patience_s=4.0):
    return VeDirectBus(BusConfig("v", (), "vedirect", device=str(path), timeout_s=0.1), VICTRON,
                       patience_s=patience_s)  # fmt: skip


@pytest.fixture
def port(tmp_path):
    line = VeDirectLine(VICTRON, lambda: STATE, every_s=0.02)
    line.start(tmp_path / "tty")
    yield tmp_path / "tty"
    line.stop()


@contextmanager
def saying(data):
    """A terminal on which the same bytes come over and over."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    stop = threading.Event()

    def say():
        while not stop.wait(0.02):
            try:
                os.write(ours, data)
            except BlockingIOError:
                continue

    speaker = threading.Thread(target=say)
    speaker.start()
    try:
        yield os.ttyname(theirs)
    finally:
        stop.set()
        speaker.join()
        os.close(ours)
        os.close(theirs)


def test_a_poller_reads_a_charger_by_its_text(port):
    kept = []
    done = Poller(bus_at(port), [Device("V", 1, VICTRON)], kept.append, lambda: 1000.0).cycle()
    assert done.read == ["V"]
    assert kept[0].fields == STATE | {"fault_bits": 0.0}
    assert (kept[0].serial, kept[0].time_s) == ("V", 1000)


def test_a_technician_sees_every_field_that_was_sent(port):
    device = Device("V", 1, VICTRON)
    shown = {
        line.name: line.value for line in lines(VICTRON, read_everything(bus_at(port), device))
    }
    assert shown["battery_voltage_v"] == "12.81"
    assert shown["charge_state"] == "float"


def test_a_model_without_a_load_output_has_no_load_current():
    frame = frame_of({"PID": "0xA042", "V": "12530", "I": "620", "VPV": "33580", "CS": "3"})
    with saying(frame) as path:
        kept = []
        Poller(bus_at(path), [Device("V", 1, VICTRON)], kept.append, lambda: 0.0).cycle()
    fields = dict(kept[0].fields)
    assert not {"load_current_a", "load_state", "fault_bits", "pv_current_a"} & fields.keys()
    assert fields["battery_voltage_v"] == 12.53


@pytest.mark.parametrize("data", [b"", b"\xff\x00noise\r\n", frame_of({"V": "1"})[:-1] + b"?"])
def test_silence_and_nonsense_are_no_reading(data):
    with saying(data) as path, pytest.raises(NoReplyError, match="heard no"):
        bus_at(path, 0.3).frame()


def test_an_adapter_that_is_not_plugged_in(tmp_path):
    with pytest.raises(BusDownError, match="none"):
        bus_at(tmp_path / "none").frame()


def test_what_waited_on_the_line_is_not_taken_for_now():
    """Whole frames lie there already; nothing comes after they were asked for."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.write(ours, frame_of({"PID": "0xA042", "V": "12530"}) * 3)
    with pytest.raises(NoReplyError):
        bus_at(os.ttyname(theirs), 0.2).frame()
    os.close(ours)
    os.close(theirs)
