"""Words by a map: what is there, what is doubtful, what is missing."""

from math import isnan, nan

import pytest

from collector.controllers.controller_map import Block, Derived, Status, When
from collector.controllers.decode import absurd, decode, status_names
from collector.controllers.encode import encode
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


def scaled(v_pu_raw, i_pu_raw=80):
    """A voltage and a power in parts of two scales that the controller gives itself."""
    controller = small_map(
        registers=(
            register("v_pu_v", 100, maximum=1000.0),
            register("i_pu_a", 101, unit="A", maximum=1000.0),
            register("a_v", 102, scale=2**-15, scale_by=("v_pu_v",)),
            register("b_w", 103, unit="W", scale=2**-17, scale_by=("v_pu_v", "i_pu_a")),
        ),
        status=(),
    )
    given = {(4, 100): v_pu_raw, (4, 101): i_pu_raw, (4, 102): 16384, (4, 103): 8192}
    return decode(controller, {k: v for k, v in given.items() if v is not None})


def test_a_scale_read_from_the_device_multiplies():
    assert scaled(180) == {"v_pu_v": 180.0, "i_pu_a": 80.0, "a_v": 90.0, "b_w": 900.0}


@pytest.mark.parametrize("v_pu", [0, None])
def test_nothing_is_made_of_a_scale_that_is_zero_or_was_not_read(v_pu):
    assert not {"a_v", "b_w"} & scaled(v_pu).keys()


def test_a_sensor_that_is_not_there_is_missing_and_infinity_is_absurd():
    controller = small_map(registers=(register("warm_c", 100, "f16", unit="degC"),), status=())
    assert decode(controller, {(4, 100): 0x7E00}) == {}
    assert decode(controller, {(4, 100): 0x7C00}) == {}
    assert decode(controller, {(4, 100): 0x4E40}) == {"warm_c": 25.0}


def test_a_number_that_stands_for_nothing_is_missing():
    controller = small_map(registers=(register("warm_c", 100, "s16", unit="degC", missing=(128,)),
                                      ), status=())  # fmt: skip
    assert decode(controller, {(4, 100): 128}) == {}
    assert absurd(controller, {(4, 100): 128}) == []


def test_a_register_may_mean_something_in_one_mode_only():
    controller = small_map(
        registers=(
            register("mode", 100, "enum16", unit=""),
            register("a_v", 101, when=When("mode", (0, 2))),
            register("b_v", 101, when=When("mode", (1,))),
        ),
        status=(),
    )
    assert decode(controller, {(4, 100): 2, (4, 101): 7}) == {"mode": 2.0, "a_v": 7.0}
    assert decode(controller, {(4, 100): 1, (4, 101): 7}) == {"mode": 1.0, "b_v": 7.0}
    assert decode(controller, {(4, 101): 7}) == {}, "not knowing the mode is not knowing the value"
    for mode, name in ((0.0, "a_v"), (1.0, "b_v")):
        words = encode(controller, {"mode": mode, "a_v": 5.0, "b_v": 6.0})
        assert decode(controller, words)[name] == {"a_v": 5.0, "b_v": 6.0}[name]


def parts(*rules):
    return small_map(
        registers=(
            register("charge_current_a", 100, unit="A", maximum=100.0),
            register("load_current_a", 101, unit="A", maximum=100.0, field="load_current_a"),
        ),
        status=(),
        derived=rules,
    )


def test_a_field_is_made_of_two_that_are_sound_or_not_at_all():
    net = parts(Derived("battery_current_a", "charge_current_a", less="load_current_a"))
    assert decode(net, {(4, 100): 5, (4, 101): 7})["battery_current_a"] == -2.0
    assert "battery_current_a" not in decode(net, {(4, 100): 5})
    assert "battery_current_a" not in decode(net, {(4, 100): 5, (4, 101): 900})
    share = parts(Derived("pv_current_a", "charge_current_a", over="load_current_a"))
    assert decode(share, {(4, 100): 6, (4, 101): 4})["pv_current_a"] == 1.5
    assert "pv_current_a" not in decode(share, {(4, 100): 6, (4, 101): 0})


def test_a_status_word_that_was_not_read_says_nothing():
    row = Status("flags", 0, 0, 0, "off", "state", field="load_state", code=0)
    assert status_names(small_map(status=(row,)), {}) == []
    assert "fault_bits" not in decode(small_map(status=(row,)), {(4, 102): 0}), "it cannot tell"


def test_two_registers_share_a_word():
    controller = small_map(
        registers=(
            register("a_c", 100, "hi_sm8", unit="degC", minimum=-127.0),
            register("b_c", 100, "lo_sm8", unit="degC", minimum=-127.0),
        ),
        status=(),
    )
    words = encode(controller, {"a_c": -10.0, "b_c": 25.0})
    assert words[4, 100] == 0x8A19
    assert decode(controller, words) == {"a_c": -10.0, "b_c": 25.0}


def test_bits_of_two_words():
    controller = small_map(
        registers=(register("flags", 101, "bits32_hi_lo", unit=""),),
        status=(Status("flags", 21, 21, 1, "hot", "alarm", fault="controller_over_temperature"),),
    )
    words = encode(controller, {"fault_bits": TOO_HOT})
    assert (words[4, 101], words[4, 102]) == (1 << 5, 0)
    assert decode(controller, words)["fault_bits"] == TOO_HOT
