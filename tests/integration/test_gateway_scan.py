"""``suluh gateway scan`` at the command line, on lines of the simulator."""

import json
import signal
import subprocess
import sys

import pytest

from collector.controllers.load import load_map
from collector.gateway.config import read_config
from device_sim.links.modbus import ModbusBus
from device_sim.links.vedirect import VeDirectLine
from tests.fixtures.pty_pair import pty_pair

STATE = {"battery_voltage_v": 12.8, "pv_voltage_v": 18.0, "pv_current_a": 1.0,
         "charge_stage": 1.0, "load_state": 1.0}  # fmt: skip


def scan(*words, **more):
    command = [sys.executable, "-m", "collector.gateway.command", "scan", *map(str, words)]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )


@pytest.fixture
def adapter():
    """An RS-485 adapter in the network with three kinds of controllers."""
    bus = ModbusBus(
        {1: load_map("epever_tracer"), 3: load_map("srne_rover"),
         16: load_map("morningstar_tristar_mppt")},
        lambda _: STATE, framing="rtu",
    )  # fmt: skip
    yield f"127.0.0.1:{bus.start()}"
    bus.stop()


def test_a_line_becomes_a_file_that_the_gateway_reads(adapter, tmp_path):
    file = tmp_path / "gateway.toml"
    names = [f"--name={u}=KPK-000{i}" for i, u in enumerate((1, 3, 16), 1)]
    line = ["--rtu-tcp", adapter, "--units", "1-3,16", "--timeout-s", 1.0]
    done = scan(*line, *names, "--choose", "3=srne_ml", "--write", file, "--gateway", "gw-boti")
    assert done.returncode == 0, done.stderr
    assert [(d.serial, d.unit, d.controller) for d in read_config(file).devices] == [
        ("KPK-0001", 1, "epever_tracer"),
        ("KPK-0002", 3, "srne_ml"),
        ("KPK-0003", 16, "morningstar_tristar_mppt"),
    ]
    before = file.read_text()
    again = scan(*line, "--write", file)
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert file.read_text() == before
    read = subprocess.run(
        [sys.executable, "-m", "collector.gateway.command", "read", "--once", "-c", str(file)],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert read.returncode == 0, read.stderr
    assert "RNG-CTRL-RVR20" in read.stdout


def test_without_an_answer_the_layout_is_not_guessed(adapter):
    done = scan("--rtu-tcp", adapter, "--units", "3", "--timeout-s", 1.0, "--json")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)["found"]
    assert found["controller"] == ""
    assert found["choices"] == ["srne_ml", "srne_rover"]
    assert "choose its controller, srne_ml or srne_rover" in done.stderr


@pytest.mark.socat
def test_a_serial_line_is_tried_at_every_speed(tmp_path):
    bus = ModbusBus({1: load_map("morningstar_sunsaver_mppt")}, lambda _: STATE)
    with pty_pair(tmp_path) as (ours, theirs):
        bus.start_serial(ours)
        done = scan("--serial", theirs, "--units", "1", "--timeout-s", 1.0, "--json")
        bus.stop()
    found = json.loads(done.stdout)["found"]
    assert "115200 8N1" in done.stderr
    assert "9600 8N2" in done.stderr
    # A pseudo terminal knows no speed, so that it answers at either; its kind is told at its own.
    assert [f["controller"] for f in found if f["controller"]] == ["morningstar_sunsaver_mppt"]


def test_a_vedirect_port_and_one_that_is_not_there(tmp_path):
    line = VeDirectLine(load_map("victron_vedirect"), lambda: STATE, every_s=0.05)
    line.start(tmp_path / "tty")
    done = scan("--vedirect", tmp_path / "tty", "--vedirect", tmp_path / "none")
    line.stop()
    assert done.returncode == 0, done.stderr
    assert "victron_vedirect" in done.stdout
    assert "HQ00000SIMU" in done.stdout
    assert "cannot be read" in done.stderr


def test_an_impatient_person_keeps_what_was_found(adapter, tmp_path):
    file = tmp_path / "gateway.toml"
    command = [sys.executable, "-m", "collector.gateway.command", "scan", "--rtu-tcp", adapter]
    going = subprocess.Popen(
        [*command, "--timeout-s", "1.0", "--write", str(file), "--gateway", "gw-boti"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while "unit 1:" not in going.stderr.readline():
        assert going.poll() is None
    going.send_signal(signal.SIGINT)
    said, complaints = going.communicate(timeout=30)
    assert "stopped: what was found until now counts" in complaints
    assert "unit 1  epever_tracer" in said
    assert 'controller = "epever_tracer"' in file.read_text()
    assert going.returncode == 0


def test_nobody_is_said_with_what_to_look_at():
    bus = ModbusBus({9: load_map("epever_tracer")}, lambda _: {}, framing="rtu")
    port = bus.start()
    done = scan("--rtu-tcp", f"127.0.0.1:{port}", "--units", "30-33", "--timeout-s", 0.1)
    bus.stop()
    assert done.returncode == 1
    assert "A on A and B on B" in done.stdout
