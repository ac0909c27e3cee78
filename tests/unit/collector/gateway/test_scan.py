"""Looking for controllers on a line whose units answer, refuse, or are nobody."""

import pytest

from collector.controllers.load import load_map, map_names
from collector.gateway.port import BadReplyError, BusDownError, NoReplyError, RefusedError
from collector.gateway.scan import ALL_UNITS, LIKELY_UNITS, Scanner, speeds, units_of
from device_sim.links.registers import words_of

MODBUS = [m for m in map(load_map, map_names()) if not m.sends_text]
STATE = {"battery_voltage_v": 12.8, "pv_voltage_v": 18.0, "pv_current_a": 1.0,
         "charge_stage": 1.0, "load_state": 1.0}  # fmt: skip


class ManyUnits:
    """A line of controllers by unit; ``script`` makes the next answers fail."""

    def __init__(self, controllers):
        self.words = {u: words_of(load_map(c), STATE) for u, c in controllers.items()}
        self.asked = []
        self.resets = 0
        self.script = []

    def read(self, unit, block):
        self.asked.append((unit, block.function, block.address, block.count))
        if self.script:
            raise self.script.pop(0)
        if unit not in self.words:
            raise NoReplyError("nobody")
        words = self.words[unit]
        if any(a not in words for a in block.addresses):
            raise RefusedError(unit, block.name, 2)
        return [words[a] for a in block.addresses]

    def reset(self):
        self.resets += 1

    def close(self):
        """Nothing to close."""


KIN = {
    "srne_rover": {"srne_rover", "srne_ml"},
    "srne_ml": {"srne_rover", "srne_ml"},
    "morningstar_prostar_mppt": {"morningstar_prostar_mppt", "morningstar_prostar_pwm"},
    "morningstar_prostar_pwm": {"morningstar_prostar_mppt", "morningstar_prostar_pwm"},
}


@pytest.mark.parametrize("name", [m.name for m in MODBUS])
def test_every_family_is_known_among_all(name):
    found = Scanner(ManyUnits({17: name}), MODBUS).at(17)
    assert {m.name for m in found.candidates} == KIN.get(name, {name})
    assert (found.controller is None) == (name in KIN), "which of two is never guessed"
    assert "battery 12.8 V" in found.told()


def test_a_model_is_told():
    assert "RNG-CTRL-RVR20" in Scanner(ManyUnits({1: "srne_rover"}), MODBUS).at(1).told()


def test_nobody_is_nobody_and_costs_little_where_nobody_is_likely():
    bus = ManyUnits({})
    assert Scanner(bus, MODBUS).at(99) is None
    assert len(bus.asked) == 2, "one question by each function"
    assert {function for _, function, _, _ in bus.asked} == {3, 4}
    bus.asked.clear()
    assert Scanner(bus, MODBUS).at(1) is None
    assert len(bus.asked) > 8, "a likely unit is asked all, should it ignore what it lacks"


def test_somebody_of_no_known_family_is_told_as_such():
    bus = ManyUnits({5: "epever_tracer"})
    bus.words[5] = dict.fromkeys(bus.words[5], 0)
    found = Scanner(bus, MODBUS).at(5)
    assert found.candidates == ()
    assert found.controller is None
    assert found.told() == ""


def test_what_is_found_is_found_twice():
    """An answer that came late may be another's: the words must be there again."""
    bus = ManyUnits({1: "epever_tracer"})
    found = Scanner(bus, MODBUS)
    assert found.at(1).controller.name == "epever_tracer"
    ratings = [a for a in bus.asked if a[2] == 0x3000]
    assert len(ratings) == 2
    honest = bus.read

    def once(unit, block):
        answer = honest(unit, block)
        bus.words[1] = dict.fromkeys(bus.words[1], 0)
        return answer

    bus.read = once
    assert found.at(1).candidates == ()


def test_a_foreign_answer_is_asked_again_and_silence_is_not():
    bus = ManyUnits({1: "epever_tracer"})
    bus.script = [BadReplyError("of unit 16")]
    assert Scanner(bus, MODBUS).at(1).controller.name == "epever_tracer"
    assert bus.asked[0] == bus.asked[1]
    assert bus.resets >= 1


def test_who_is_known_to_be_there_is_asked_again_after_silence():
    """A busy adapter loses answers: a controller that has answered is not called unknown for it."""
    bus = ManyUnits({1: "srne_rover"})
    honest, lost = bus.read, [True, True]

    def read(unit, block):
        if block.address == 0x000A and len(bus.asked) > 3 and lost:
            raise NoReplyError(lost.pop())
        return honest(unit, block)

    bus.read = read
    assert Scanner(bus, MODBUS).at(1).candidates != ()
    assert lost == []


def test_a_line_that_is_away_ends_the_scan():
    bus = ManyUnits({})
    bus.script = [BusDownError("unplugged")]
    with pytest.raises(BusDownError):
        Scanner(bus, MODBUS).at(1)


def test_likely_units_come_first_and_none_twice():
    assert ALL_UNITS[: len(LIKELY_UNITS)] == (1, 16, 17, 18, 255)
    assert sorted(ALL_UNITS) == [*range(1, 248), 255]


def test_units_as_a_person_writes_them():
    assert units_of("1, 16-18,17,255") == (1, 16, 17, 18, 255)
    for wrong in ("0", "248", "1-", "x", "5-300", "-1"):
        with pytest.raises(ValueError, match=r"."):
            units_of(wrong)


def test_speeds_to_try_fastest_first_with_the_most_stop_bits():
    found = [(baud, parity, stop, {m.name for m in g}) for baud, parity, stop, g in speeds(MODBUS)]
    assert found[0] == (115200, "N", 1, {"epever_tracer"})
    assert found[1][:3] == (9600, "N", 2)
    assert {"srne_rover", "morningstar_tristar_mppt"} <= found[1][3]
    assert len(found) == 2, "the GX has no serial line"
