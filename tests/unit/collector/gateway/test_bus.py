"""pymodbus against a line that misbehaves: an answer is that to just this request, or none."""

import select
import time

import pytest
from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient

from collector.controllers.controller_map import Block
from collector.gateway.bus import PymodbusBus
from collector.gateway.config import BusConfig
from collector.gateway.port import BadReplyError, BusDownError, BusError, NoReplyError, RefusedError
from tests.fixtures import fake_rtu
from tests.fixtures.fake_rtu import FakeRtu
from tests.fixtures.small_map import small_map

PANEL = Block("panel", 4, 100, 3)
BATTERY = Block("battery", 4, 200, 2)
SWITCHES = Block("switches", 1, 0, 4)


def word_of(unit, function, address):
    return unit * 1000 + address


@pytest.fixture
def line():
    adapter = FakeRtu(word_of)
    yield adapter
    adapter.close()


def bus_at(port, timeout_s=0.15, settle_s=0.0, quiet_s=0.05):
    config = BusConfig("line", (), "rtu-tcp", "127.0.0.1", port, timeout_s=timeout_s)
    return PymodbusBus(
        config, small_map().link, sleep=lambda _: None, settle_s=settle_s, quiet_s=quiet_s
    )


@pytest.fixture
def bus(line):
    bus = bus_at(line.port)
    yield bus
    bus.close()


def test_reads_words_and_bits(bus):
    assert bus.read(7, PANEL) == [7100, 7101, 7102]
    assert bus.read(8, BATTERY) == [8200, 8201]
    assert bus.read(1, SWITCHES) == [0, 1, 0, 1]


def test_only_reads_are_ever_asked(bus, line):
    for block in (PANEL, SWITCHES, Block("d", 2, 0, 1), Block("h", 3, 0, 1)):
        bus.read(1, block)
    assert {r.function for r in line.requests} == {1, 2, 3, 4}
    assert not [name for name in dir(bus) if "write" in name]


@pytest.mark.parametrize(
    "trouble",
    [
        fake_rtu.missing,
        fake_rtu.short,
        fake_rtu.corrupt,
        fake_rtu.foreign,
        fake_rtu.other_function,
        fake_rtu.fewer_words,
    ],
)
def test_no_wrong_answer_is_handed_on(bus, line, trouble):
    line.script.append(trouble)
    with pytest.raises((NoReplyError, BadReplyError)):
        bus.read(7, PANEL)
    bus.reset()
    assert bus.read(7, BATTERY) == [7200, 7201]


def test_an_exception_is_an_answer(bus, line):
    line.script.append(fake_rtu.exception(2))
    with pytest.raises(RefusedError) as refused:
        bus.read(7, PANEL)
    assert refused.value.code == 2
    assert bus.read(7, PANEL) == [7100, 7101, 7102]


def test_noise_of_the_drivers_is_passed_over(bus, line):
    line.script.append(fake_rtu.noise_first)
    assert bus.read(7, PANEL) == [7100, 7101, 7102]
    assert bus.read(7, BATTERY) == [7200, 7201]


def test_nothing_is_asked_while_a_whole_frame_waits(bus, line):
    line.script.append(
        lambda it, r: [fake_rtu.Reply(it.answer(r)), fake_rtu.Reply(it.answer(r), 0.05)]
    )
    bus.read(7, PANEL)
    select.select([bus._client.socket], [], [], 2)
    asked = len(line.requests)
    with pytest.raises(BadReplyError, match="unasked"):
        bus.read(7, PANEL)
    assert len(line.requests) == asked


def test_the_off_by_one_of_pymodbus_itself(line):
    """Why all this: left alone, pymodbus hands a late answer to the next request, and so on."""
    client = ModbusTcpClient(
        "127.0.0.1", port=line.port, framer=FramerType.RTU, timeout=0.15, retries=0
    )
    line.script.append(fake_rtu.late(0.25))
    late = [fake_rtu.late(0.02)] * 2
    with pytest.raises(Exception, match="No response"):
        client.read_input_registers(100, count=2, device_id=7)
    line.script.extend(late)
    time.sleep(0.15)  # a real line: the late answer has to arrive
    wrong = [
        client.read_input_registers(address, count=2, device_id=7).registers
        for address in (200, 300)
    ]
    assert wrong == [[7100, 7101], [7200, 7201]], "pymodbus has changed: look at the bus again"
    assert client.connected
    client.close()


def test_a_reset_clears_what_arrives_late(bus, line):
    line.script.append(fake_rtu.late(0.2))
    with pytest.raises(NoReplyError):
        bus.read(7, BATTERY)
    patient = bus_at(line.port, quiet_s=0.3)
    bus.close()
    patient.reset()
    assert patient.read(7, Block("other", 4, 300, 2)) == [7300, 7301]
    patient.close()


def test_an_adapter_that_hung_up_is_found_again(bus, line):
    bus.read(7, PANEL)
    line.hang_up()
    select.select([bus._client.socket], [], [], 2)
    with pytest.raises(BusDownError):
        bus.read(7, PANEL)
    bus.reset()
    assert bus.read(7, PANEL) == [7100, 7101, 7102]


def test_a_line_that_is_away_says_so():
    adapter = FakeRtu(word_of)
    bus = bus_at(adapter.port)
    adapter.close()
    with pytest.raises(BusDownError):
        bus.read(1, PANEL)
    with pytest.raises(BusError):
        bus.reset()
