"""The poller over pymodbus over a line that misbehaves: never a value of another name or time."""

import random

import pytest

from collector.controllers.controller_map import Block, ControllerMap
from collector.controllers.decode import decode
from collector.gateway.bus import PymodbusBus
from collector.gateway.config import BusConfig
from collector.gateway.device import Device
from collector.gateway.poller import Poller
from tests.fixtures import fake_rtu
from tests.fixtures.fake_rtu import FakeRtu
from tests.fixtures.small_map import small_map

UNITS = range(1, 5)
TIMEOUT_S = 0.06


class Village:
    """Devices whose words change with every cycle, so that a stale one shows."""

    def __init__(self, timeout_s=TIMEOUT_S):
        self.generation = 0
        self.line = FakeRtu(self.word_of)
        config = BusConfig("l", (), "rtu-tcp", "127.0.0.1", self.line.port, timeout_s=timeout_s)
        self.controller = small_map()
        self.bus = PymodbusBus(
            config, self.controller.link, sleep=lambda _: None, settle_s=0.0, quiet_s=0.01
        )
        self.kept = []
        self.poller = Poller(
            self.bus,
            [Device(f"S{unit}", unit, self.controller) for unit in UNITS],
            lambda reading: self.kept.append((self.generation, reading)),
            lambda: self.generation,
        )

    def word_of(self, unit, function, address):
        return (self.generation * 4099 + unit * 257 + function * 31 + address) & 0x7FFE

    def cycle(self):
        self.generation += 1
        return self.poller.cycle()

    def cycle_and_check(self, times):
        for _ in range(times):
            self.cycle()
            self.check()

    def expected(self, unit):
        words = {
            a: self.word_of(unit, *a) for block in self.controller.polled for a in block.addresses
        }
        return decode(self.controller, words)

    def check(self):
        """Every reading of the last cycle says what its own device said in that cycle."""
        for generation, reading in self.kept:
            assert reading.time_s == generation
        for generation, reading in self.kept:
            if generation == self.generation:
                truth = self.expected(int(reading.serial[1:]))
                assert {k: truth[k] for k in reading.fields} == reading.fields


@pytest.fixture
def village():
    village = Village()
    yield village
    village.bus.close()
    village.line.close()


@pytest.mark.parametrize("position", range(7))
@pytest.mark.parametrize("late_s", [0.07, 0.12])
def test_one_late_answer_anywhere_shifts_nothing(village, position, late_s):
    """The same line on which pymodbus alone is off by one for ever (see test_bus)."""
    village.line.script.extend([fake_rtu.well] * position + [fake_rtu.late(late_s)])
    for _ in range(2):
        village.cycle()
        village.check()
    assert len(village.kept) >= len(UNITS)


@pytest.mark.parametrize("seed", range(4))
def test_any_mixture_of_troubles_invents_nothing(village, seed):
    dice = random.Random(seed)
    troubles = [
        fake_rtu.missing,
        fake_rtu.short,
        fake_rtu.corrupt,
        fake_rtu.foreign,
        fake_rtu.other_function,
        fake_rtu.fewer_words,
        fake_rtu.noise_first,
        fake_rtu.twice,
        fake_rtu.echo,
        fake_rtu.in_two,
        fake_rtu.exception(2),
        fake_rtu.exception(6),
        fake_rtu.late(0.07),
        fake_rtu.late(0.12),
    ]
    for _ in range(5):
        for _ in range(8):
            village.line.script.append(
                dice.choice(troubles) if dice.random() < 0.3 else fake_rtu.well
            )
        village.cycle()
        village.check()
    village.line.script.clear()
    for _ in range(30):
        done = village.cycle()
        village.check()
        if len(done.read) == len(UNITS):
            return
    pytest.fail("all should be well again by now")


@pytest.mark.parametrize("trouble", [fake_rtu.twice, fake_rtu.echo, fake_rtu.in_two])
@pytest.mark.parametrize("position", range(4))
def test_what_adapters_do_shifts_nothing(village, trouble, position):
    village.line.script.extend([fake_rtu.well] * position + [trouble])
    village.cycle_and_check(3)
    assert len(village.kept) >= 2 * len(UNITS)


def test_a_dead_unit_costs_only_itself(village):
    village.line.dead = {2}
    for _ in range(4):
        done = village.cycle()
        assert {"S1", "S3", "S4"} <= set(done.read)
        village.check()


def test_without_our_checks_the_same_line_is_believed(monkeypatch):
    """The assertions above can fail: take the checks away and stale words come through."""
    monkeypatch.setattr(PymodbusBus, "reset", lambda _: None)
    monkeypatch.setattr(PymodbusBus, "_drain", lambda *_: 0)
    monkeypatch.setattr("collector.gateway.bus._words", lambda reply, *_: reply.registers)
    monkeypatch.setattr(ControllerMap, "fence", Block("fence", 4, 100, 2))
    even = small_map(
        blocks=(Block("panel", 4, 100, 2, poll=True), Block("battery", 4, 200, 2, poll=True)),
        registers=small_map().registers[:2],
        status=(),
    )
    village = Village(timeout_s=0.4)
    village.controller = even
    village.poller._devices = [Device("S1", 1, even)]
    village.line.script.extend([fake_rtu.late(0.5)] + [fake_rtu.late(0.15)] * 8)
    with pytest.raises(AssertionError):
        village.cycle_and_check(3)
    village.bus.close()
    village.line.close()
