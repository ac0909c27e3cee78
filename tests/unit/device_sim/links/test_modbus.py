"""The bus of simulated controllers, read by clients that are not ours."""

import re
import socket
import subprocess
import time

import pytest
from pymodbus.client import ModbusTcpClient

from collector.controllers.decode import decode
from collector.controllers.load import load_map, map_names
from collector.controllers.texts import decode_texts, split
from device_sim.links.modbus import ModbusBus
from tests.fixtures.pty_pair import pty_pair
from tests.servers.left_out import need

EPEVER = load_map("epever_tracer")
STATE = {
    "pv_voltage_v": 17.25,
    "battery_voltage_v": 12.76,
    "battery_current_a": -3.5,
    "load_current_a": 3.5,
    "battery_temperature_c": -4.5,
    "soc_percent": 64.0,
    "load_state": 1.0,
    "battery_capacity_ah": 100.0,
    "controller_is_too_hot": 1.0,
    "charge_stage": 3.0,
}
MODBUS_MAPS = [name for name in map_names() if not load_map(name).sends_text]


class Scene:
    """A bus whose state can be changed under its clients."""

    def __init__(self, framing="tcp", units=(1, 2, 247), controller=EPEVER):
        self.state = dict(STATE)
        self.dead = set()
        self.asked = []
        self.bus = ModbusBus(dict.fromkeys(units, controller), self.sample, framing=framing)
        self.port = self.bus.start()

    def sample(self, unit):
        self.asked.append(unit)
        return {} if unit in self.dead else self.state | {"pv_current_a": unit / 100}


@pytest.fixture
def scene():
    scene = Scene()
    yield scene
    scene.bus.stop()


MBPOLL_TYPES = {1: "0", 2: "1", 3: "4:hex", 4: "3:hex"}
"""How mbpoll calls what the four functions read."""


def mbpoll(*words):
    """Run Debian's mbpoll once; the values it prints by address, or its complaint."""
    done = subprocess.run(
        [str(need("mbpoll")), "-0", "-1", "-o", "0.5", *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    found = re.findall(r"^\[(\d+)\]:\s+(\S+)", done.stdout, re.MULTILINE)
    return {int(a): v for a, v in found} or done.stdout + done.stderr


def tcp(scene, unit, kind, address, count):
    options = ["-m", "tcp", "-a", unit, "-t", kind, "-r", address, "-c", count]
    return mbpoll(*options, "-p", scene.port, "127.0.0.1")


@pytest.mark.mbpoll
def test_mbpoll_reads_what_the_map_says(scene):
    assert tcp(scene, 1, "3", 0x3100, 2) == {0x3100: "1725", 0x3101: "1"}
    assert tcp(scene, 247, "3", 0x3101, 1) == {0x3101: "247"}
    net = tcp(scene, 1, "3:hex", 0x331A, 3)
    assert list(net.values()) == ["0x04FC", "0xFEA2", "0xFFFF"]
    assert tcp(scene, 1, "3:int", 0x331B, 1) == {0x331B: "-350"}, "low word first"
    assert tcp(scene, 1, "3", 0x311A, 1) == {0x311A: "64"}
    assert tcp(scene, 1, "4", 0x9001, 1) == {0x9001: "100"}
    assert tcp(scene, 1, "1", 0x2000, 1) == {0x2000: "1"}
    assert tcp(scene, 1, "0", 0x0000, 4) == dict.fromkeys(range(4), "0")


@pytest.mark.mbpoll
@pytest.mark.parametrize("name", MODBUS_MAPS)
def test_mbpoll_reads_every_block_of_every_map(name):
    """What it prints, decoded by the map, is the state: through a client that is not ours."""
    controller = load_map(name)
    scene = Scene(units=(1,), controller=controller)
    scene.state = STATE
    try:
        words = {}
        for block in controller.blocks:
            said = tcp(scene, 1, MBPOLL_TYPES[block.function], block.address, block.count)
            words |= {(block.function, address): int(v, 0) for address, v in said.items()}
    finally:
        scene.bus.stop()
    assert words.keys() == {a for b in controller.blocks for a in b.addresses}
    told = decode(controller, words)
    assert told["battery_voltage_v"] == pytest.approx(12.76, abs=0.05)
    assert told["charge_stage"] == 3.0
    for field in {"battery_current_a", "load_current_a", "load_state"} - set(controller.lacks):
        assert told[field] == pytest.approx(STATE[field], abs=0.02)
    nameplate, texts = split(controller.nameplate)
    assert decode_texts(controller, words) == texts
    expected = {k: STATE.get(k, v) for k, v in nameplate.items()}
    assert {k: told[k] for k in expected} == pytest.approx(expected, abs=0.01)


@pytest.mark.mbpoll
def test_mbpoll_sees_the_state_of_the_moment(scene):
    assert tcp(scene, 1, "3", 0x3100, 1) == {0x3100: "1725"}
    scene.state["pv_voltage_v"] = 0.5
    assert tcp(scene, 1, "3", 0x3100, 1) == {0x3100: "50"}


@pytest.mark.mbpoll
def test_mbpoll_gets_refusals_and_silence_where_a_controller_gives_them(scene):
    assert "Illegal data address" in tcp(scene, 1, "3", 0x3180, 1)
    assert "Illegal data address" in tcp(scene, 1, "3", 0x3100, 40), "at most 32 words"
    scene.dead.add(2)
    assert "timed out" in tcp(scene, 2, "3", 0x3100, 1)
    assert "timed out" in tcp(scene, 99, "3", 0x3100, 1), "no such unit"
    assert tcp(scene, 1, "3", 0x3100, 1) == {0x3100: "1725"}, "the others are unharmed"


@pytest.mark.mbpoll
def test_mbpoll_cannot_write(scene):
    options = ["-m", "tcp", "-a", 1, "-t", "4", "-r", 0x9001, "-p", scene.port, "127.0.0.1"]
    assert "Illegal function" in mbpoll(*options, 7)
    assert tcp(scene, 1, "4", 0x9001, 1) == {0x9001: "100"}


@pytest.mark.mbpoll
@pytest.mark.socat
def test_mbpoll_reads_a_serial_device(tmp_path):
    """RTU on a pty pair: the simulator at one end, mbpoll at the other, two stop bits."""
    scene = Scene(units=(1, 2), controller=load_map("morningstar_sunsaver_mppt"))
    scene.bus.stop()
    with pty_pair(tmp_path) as (ours, theirs):
        scene.bus.start_serial(ours)
        try:
            options = ["-m", "rtu", "-b", 9600, "-P", "none", "-s", 2, "-t", "4:hex"]
            said = mbpoll(*options, "-r", 8, "-c", 1, "-a", 2, theirs)
            assert said == {8: f"0x{round(12.76 * 32768 / 100):04X}"}
            assert "timed out" in mbpoll(*options, "-r", 8, "-c", 1, "-a", 3, theirs)
        finally:
            scene.bus.stop()


def test_a_serial_device_that_is_not_there_is_said(tmp_path):
    with pytest.raises(OSError, match=r"cannot open .*none"):
        ModbusBus({1: EPEVER}, lambda _: STATE).start_serial(tmp_path / "none")


@pytest.mark.mbpoll
def test_controllers_of_several_kinds_share_a_line():
    bus = ModbusBus({1: EPEVER, 2: load_map("srne_rover")}, lambda _: STATE)
    port = bus.start()
    try:
        options = ["-m", "tcp", "-p", port, "-c", 1, "127.0.0.1"]
        assert mbpoll("-a", 1, "-t", "3", "-r", 0x331A, *options) == {0x331A: "1276"}
        assert mbpoll("-a", 2, "-t", "4", "-r", 0x0101, *options) == {0x0101: "128"}
        assert "Illegal data address" in mbpoll("-a", 2, "-t", "3", "-r", 0x331A, *options)
    finally:
        bus.stop()


@pytest.mark.mbpoll
@pytest.mark.socat
def test_mbpoll_reads_rtu_frames_through_a_serial_line(tmp_path):
    """The adapter's job is done by socat: a pty on one side, RTU over TCP on the other."""
    scene = Scene("rtu")
    line = tmp_path / "tty"
    adapter = subprocess.Popen(
        [str(need("socat")), f"pty,raw,echo=0,link={line}", f"tcp:127.0.0.1:{scene.port}"]
    )
    try:
        limit_s = time.monotonic() + 10
        while not line.exists():
            assert time.monotonic() < limit_s
            time.sleep(0.02)
        options = ["-m", "rtu", "-b", 115200, "-P", "none", "-t", "3", "-r", 0x3100, "-c", 2]
        assert mbpoll(*options, "-a", 2, line) == {0x3100: "1725", 0x3101: "2"}
    finally:
        adapter.terminate()
        adapter.wait()
        scene.bus.stop()


def test_every_polled_block_is_one_request(scene):
    client = ModbusTcpClient("127.0.0.1", port=scene.port)
    for block in EPEVER.polled:
        if block.function == 4:
            reply = client.read_input_registers(block.address, count=block.count, device_id=1)
            assert len(reply.registers) == block.count
    client.close()


def test_a_port_that_is_taken_is_said():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bus = ModbusBus({1: EPEVER}, lambda _: STATE)
        with pytest.raises(OSError, match=r"cannot listen on 127\.0\.0\.1"):
            bus.start("127.0.0.1", taken.getsockname()[1])
    assert bus.start() > 0, "and it can be tried again"
    with pytest.raises(RuntimeError, match="started already"):
        bus.start()
    bus.stop()


def test_stopping_frees_the_port_and_twice_is_no_error(scene):
    scene.bus.stop()
    scene.bus.stop()
    assert scene.bus.start("127.0.0.1", scene.port) == scene.port
