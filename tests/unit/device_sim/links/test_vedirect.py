"""The simulated charger's text, heard with pyserial as from a real port."""

import pytest
import serial

from collector.controllers.decode import decode
from collector.controllers.load import load_map
from collector.controllers.vedirect import FrameReader, words_of
from device_sim.links.vedirect import VeDirectLine

VICTRON = load_map("victron_vedirect")
STATE = {"battery_voltage_v": 12.81, "battery_current_a": -0.01, "pv_voltage_v": 0.01,
         "pv_current_a": 0.0, "load_current_a": 0.01, "load_state": 1.0,
         "charge_stage": 0.0}  # fmt: skip


def test_frames_tell_the_state_of_the_moment(tmp_path):
    state = dict(STATE)
    line = VeDirectLine(VICTRON, lambda: state, every_s=0.01)
    line.start(tmp_path / "tty")
    reader, heard = FrameReader(), []
    with serial.Serial(str(tmp_path / "tty"), timeout=0.2) as port:
        while len(heard) < 3:
            heard += reader.feed(port.read(50))
        state["battery_voltage_v"] = 13.5
        while heard[-1]["V"] != "13500":
            heard += reader.feed(port.read(50))
    line.stop()
    told = decode(VICTRON, words_of(VICTRON, heard[0]))
    assert {k: told[k] for k in STATE if k != "pv_current_a"} == pytest.approx(
        {k: v for k, v in STATE.items() if k != "pv_current_a"}
    )
    assert heard[0]["PID"] == "0xA05F"


def test_a_silent_device_sends_nothing_and_nobody_need_listen(tmp_path):
    line = VeDirectLine(VICTRON, dict, every_s=0.01)
    line.start(tmp_path / "tty")
    with serial.Serial(str(tmp_path / "tty"), timeout=0.1) as port:
        assert port.read(1) == b""
    line.stop()
    busy = VeDirectLine(VICTRON, lambda: STATE, every_s=0.0)
    busy.start(tmp_path / "tty")
    busy.stop()
    assert not (tmp_path / "tty").is_symlink()


def test_a_name_that_is_taken_is_said(tmp_path):
    (tmp_path / "tty").touch()
    with pytest.raises(FileExistsError):
        VeDirectLine(VICTRON, lambda: STATE).start(tmp_path / "tty")
