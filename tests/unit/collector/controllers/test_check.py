"""Every rule for map files, each with a map that breaks just that one."""

import dataclasses

import pytest

from collector.controllers.check import problems
from collector.controllers.controller_map import (
    Block,
    Derived,
    Sign,
    Status,
    Text,
    Vector,
    When,
)
from tests.fixtures.small_map import register, small_map

FIRST = register("pv_voltage_v", 100, field="pv_voltage_v")


def test_a_sound_map_has_no_problems():
    assert problems(small_map()) == []


def with_registers(*registers):
    return small_map(registers=registers, status=())


def with_blocks(*blocks):
    return small_map(blocks=blocks, registers=(FIRST,), status=())


def with_status(**said):
    row = {
        "word": "flags", "low_bit": 0, "high_bit": 0, "equals": 1, "name": "x", "severity": "info"
    }  # fmt: skip
    return small_map(status=(Status(**(row | said)),))


def half(name, kind):
    return register(name, 100, kind, unit="degC")


def mode(code, name):
    return register(name, 100, when=When("flags", (code,)))


PANEL = Block("panel", 4, 100, 5, poll=True)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (with_registers(register("a_v", 400)), "a_v is not inside one block"),
        (with_registers(register("a_v", 104, "u32_lo_hi")), "a_v is not inside one block"),
        (with_registers(register("a_v", 100), register("b_v", 100)), "overlap"),
        (with_registers(register("a_v", 100, "u32_lo_hi"), register("b_v", 101)), "overlap"),
        (with_registers(register("a_v", 100), register("a_v", 101)), "two registers are named a_v"),
        (with_registers(register("a_v", 100, unit="furlong")), "unit 'furlong' is not known"),
        (with_registers(register("a", 100)), "a name in V ends in _v"),
        (with_registers(register("a_v", 100, field="moonlight")), "not in the field table"),
        (with_registers(register("a_v", 100, field="pv_current_a")), "not that of pv_current_a"),
        (with_registers(register("kind", 100, unit="", enum="kinds")), "there is no enum kinds"),
        (with_registers(register("a_v", 100, minimum=5.0, maximum=5.0)), "min is not below max"),
        (with_registers(register("a_v", 100, sources=("z",))), "source z is not listed"),
        (with_blocks(PANEL, Block("more", 4, 104, 1)), "panel and more overlap"),
        (with_blocks(PANEL, Block("next", 4, 200, 5, poll=True)), "have the same length"),
        (with_blocks(Block("panel", 4, 100, 5)), "no block is polled"),
        (with_blocks(Block("panel", 4, 100, 1, poll=True)), "no length is left for a fence"),
        (with_blocks(Block("panel", 4, 100, 33, poll=True)), "33 words, this controller gives 1"),
        (with_blocks(PANEL, Block("none", 4, 200, 0)), "0 words"),
        (with_blocks(PANEL, Block("write", 16, 200, 1)), "function 16 does not read"),
        (with_status(word="nothing"), "nothing is no status word"),
        (with_status(word="pv_voltage_v"), "pv_voltage_v is no status word"),
        (with_status(equals=2), "bits 0 to 0 cannot hold 2"),
        (with_status(high_bit=16), "cannot hold"),
        (with_status(severity="grave"), "severity 'grave' is not known"),
        (with_status(fault="gremlins"), "gremlins is no fault bit of ours"),
        (with_status(field="load_state"), "a field needs a code"),
        (with_status(code=1), "a field needs a code"),
        (with_status(field="load_state", code=9), "load_state has no code 9"),
        (with_status(field="moonlight", code=1), "moonlight has no code 1"),
        (small_map(unverified=False), "say unverified = true"),
        (small_map(vectors=(Vector("v", "s", {}, {}),)), "say unverified = true"),
        (
            small_map(unverified=False, vectors=(Vector("v", "s", {}, {"moonlight": 1.0}),)),
            "moonlight is not known",
        ),
        (with_registers(register("a_v", 100, scale_by=("x",))), "there is no register x"),
        (with_registers(register("a_v", 100, when=When("x", (1,)))), "there is no register x"),
        (with_registers(half("a_c", "lo_sm8"), half("b_c", "lo_u8")), "overlap"),
        (with_registers(mode(1, "a_v"), mode(1, "b_v")), "overlap"),
        (small_map(texts=(Text("t", 4, 104, 2, "ascii", ("a", "b")),)), "not inside one block"),
        (
            small_map(texts=(Text("t", 4, 100, 1, "ascii", ("a", "b")),)),
            "t and pv_voltage_v overlap",
        ),
        (small_map(derived=(Derived("pv_current_a", "x", less="case_c"),)), "no register x"),
        (small_map(derived=(Derived("pv_current_a", "case_c"),)), "one of less and over"),
        (small_map(nameplate={"x": 1.0}), "nameplate: there is no register x"),
        (small_map(lacks=("x",)), "lacks: x is not in the field table"),
        (small_map(identity=(Sign("x"),)), "there is no register or text x"),
        (
            small_map(identity=(Sign("pv_voltage_v", values=(12.0,)),)),
            "the nameplate is not one of this family: pv_voltage_v is 0, not 12",
        ),
    ],
)
def test_each_fault_is_found(broken, said):
    found = problems(broken)
    assert any(said in each for each in found), found


def test_the_fence_has_a_length_of_its_own():
    fence = small_map().fence
    assert fence is not None
    assert fence.count not in {b.count for b in small_map().polled}
    assert fence.count < max(b.count for b in small_map().polled)


def test_a_coil_is_a_bool():
    coil = dataclasses.replace(register("on", 100, unit=""), function=1)
    broken = small_map(
        blocks=(PANEL, Block("coils", 1, 100, 2)), registers=(FIRST, coil), status=()
    )
    assert any("is a bool" in each for each in problems(broken))


def test_parts_of_a_word_and_modes_of_a_word_do_not_overlap():
    flags = register("flags", 102, "bits16", unit="")
    sound = (half("a_c", "hi_sm8"), half("b_c", "lo_sm8"))
    assert problems(with_registers(*sound)) == []
    assert problems(with_registers(flags, mode(1, "a_v"), mode(2, "b_v"))) == []
