"""Words by a map: what is there, what is doubtful, what is missing."""

from math import isnan, nan

import pytest

from collector.controllers.controller_map import Block, Status
from collector.controllers.decode import absurd, decode, encode, status_names
from collector.domain.fields import FAULT_BITS
from tests.fixtures.small_map import register, small_map

TOO_HOT = float(1 << next(b for b, n in FAULT_BITS.items() if n == "controller_over_temperature"))


def voltage_twice():
    return small_map(
        registers=(
            register("battery_voltage_v", 100, maximum=70.0, field="battery_voltage_v"),
            register("second_v", 101, maximum=70.0, field="battery_voltage_v"),
        ),
        status=(),
    )


def test_only_what_was_read_is_there():
    assert decode(small_map(), {(4, 100): 17}) == {"pv_voltage_v": 17.0}
    assert decode(small_map(), {}) == {}
    assert decode(small_map(), {(3, 100): 17}) == {}, "another function is another register"


def test_a_number_of_two_words_needs_both():
    assert "battery_current_a" not in decode(small_map(), {(4, 200): 5})
    assert decode(small_map(), {(4, 200): 0xFFFD, (4, 201): 0xFFFF})["battery_current_a"] == -3


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [(12, 13, 12.0), (900, 13, 13.0), (900, 901, 900.0), (None, 13, 13.0), (900, None, 900.0)],
)
def test_the_first_sound_register_of_a_field_counts(first, second, value):
    words = {k: v for k, v in {(4, 100): first, (4, 101): second}.items() if v is not None}
    assert decode(voltage_twice(), words) == {"battery_voltage_v": value}


def test_absurd_values_are_named():
    words = {(4, 100): 12, (4, 101): 900}
    assert absurd(voltage_twice(), words) == ["second_v"]
    assert absurd(voltage_twice(), {(4, 100): 12}) == []


def test_status_bits_become_our_faults():
    assert decode(small_map(), {(4, 102): 1})["fault_bits"] == TOO_HOT
    assert decode(small_map(), {(4, 102): 2})["fault_bits"] == 0.0
    assert "fault_bits" not in decode(small_map(), {(4, 100): 1})
    assert status_names(small_map(), {(4, 102): 1}) == ["hot"]
    assert status_names(small_map(), {(4, 102): 0}) == []


def test_the_first_row_that_holds_says_the_state():
    rows = (
        Status("flags", 4, 7, 3, "cut", "alarm", field="load_state", code=2),
        Status("flags", 0, 0, 1, "on", "state", field="load_state", code=1),
        Status("flags", 0, 0, 0, "off", "state", field="load_state", code=0),
    )
    controller = small_map(status=rows)
    assert [decode(controller, {(4, 102): w})["load_state"] for w in (0x31, 0x01, 0x30, 0x20)] == [
        2.0, 1.0, 2.0, 0.0
    ]  # fmt: skip
    for state in (0.0, 1.0, 2.0):
        assert decode(controller, encode(controller, {"load_state": state}))["load_state"] == state


def test_a_scaled_value_has_no_binary_dust():
    controller = small_map(registers=(register("a_v", 100, scale=0.01),), status=())
    assert decode(controller, {(4, 100): 1999})["a_v"] == 19.99


def test_encode_fills_every_block_and_leaves_the_unknown_at_zero():
    words = encode(small_map(), {"pv_voltage_v": 17.4, "battery_current_a": nan, "nonsense": 3.0})
    assert set(words) == {a for b in small_map().blocks for a in b.addresses}
    assert words[4, 100] == 17
    assert sum(words.values()) == 17


def test_encode_of_faults_and_of_no_fault():
    controller = small_map()
    for bits in (0.0, TOO_HOT):
        assert decode(controller, encode(controller, {"fault_bits": bits}))["fault_bits"] == bits


def test_nan_does_not_pass_for_a_value():
    controller = small_map(
        blocks=(Block("clock", 4, 100, 4, poll=True),),
        registers=(register("clock_s", 100, "rtc3_epever", unit="s", maximum=1e10),),
        status=(),
    )
    words = {(4, 100): 0, (4, 101): 0, (4, 102): 0}
    assert isnan(decode(controller, words)["clock_s"])
    assert absurd(controller, words) == ["clock_s"]
