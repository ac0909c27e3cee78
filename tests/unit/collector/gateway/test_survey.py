"""What a technician sees of a controller."""

import pytest

from collector.controllers.encode import encode
from collector.controllers.load import load_map
from collector.gateway.device import Device
from collector.gateway.port import NoReplyError, RefusedError
from collector.gateway.survey import lines, read_everything, table

EPEVER = load_map("epever_tracer")


class WordsBus:
    """Answers from words; blocks named in ``lacks`` get exception 2."""

    def __init__(self, words, lacks=()):
        self.words = words
        self.lacks = lacks

    def read(self, unit, block):
        if block.name in self.lacks:
            raise RefusedError(unit, block.name, 2)
        return [self.words[a] for a in block.addresses]

    def reset(self):
        """Nothing to clear."""

    def close(self):
        """Nothing to close."""


def rows(values, lacks=()):
    words = encode(EPEVER, values)
    read = read_everything(WordsBus(words, lacks), Device("A", 1, EPEVER))
    return {line.name: line for line in lines(EPEVER, read)}


def test_every_register_with_its_words():
    shown = rows({"battery_current_a": -1.25, "battery_type": 2.0})
    assert set(shown) == {r.name for r in EPEVER.registers}
    net = shown["battery_current_a"]
    assert (net.address, net.value, net.unit, net.raw) == ("4:331B", "-1.25", "A", "FF83 FFFF")
    assert shown["battery_type"].value == "gel"


def test_strange_values_are_marked_and_unknown_codes_named():
    shown = rows({"soc_percent": 2805.0, "battery_type": 77.0})
    assert (shown["soc_percent"].value, shown["soc_percent"].remark) == ("2805", "impossible")
    assert shown["battery_type"].value == "unknown:77"
    assert shown["controller_clock_s"].value == "impossible", "month 0"


def test_optional_blocks_may_be_missing_others_not():
    assert "battery_type" not in rows({}, lacks=("battery_settings",))
    with pytest.raises(RefusedError):
        rows({}, lacks=("measured",))


def test_silence_is_an_error():
    bus = WordsBus({})
    bus.read = lambda *_: (_ for _ in ()).throw(NoReplyError("silent"))
    with pytest.raises(NoReplyError):
        read_everything(bus, Device("A", 1, EPEVER))


def test_the_table_ends_with_what_the_status_words_say():
    text = table(EPEVER, encode(EPEVER, {"load_state": 2.0, "charge_stage": 3.0}))
    assert text.splitlines()[-1] == "status: low_voltage_disconnect, stage_float, load_off"


def test_a_model_is_shown_and_another_family_is_said():
    srne = load_map("srne_rover")
    words = encode(srne, {"product_type": 1.0}, {"model": "RNG-CTRL-RVR20"})
    text = table(srne, words)
    assert "3:000C  model" in text
    assert "RNG-CTRL-RVR20" in text
    assert f"NOT a {srne.title}: product_type is 1, not 0" in text
