"""Words and numbers, there and back."""

from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.controllers.word_types import WORD_TYPES


@pytest.mark.parametrize(
    ("name", "words", "number"),
    [
        ("u16", [0xFFFF], 65535),
        ("s16", [0xFFF6], -10),
        ("u32_lo_hi", [0xCB20, 0x0000], 52000),
        ("u32_lo_hi", [0x0001, 0x0002], 0x20001),
        ("s32_lo_hi", [0xFFFD, 0xFFFF], -3),
        ("s32_lo_hi", [0x0000, 0xFFFF], -65536),
        ("hhmm", [0x0B1E], 11 * 60 + 30),
        ("rtc3_epever", [0x0633, 0x1301, 0x0F06], 1_434_676_011),
        ("bool", [1], 1),
    ],
)
def test_known_words(name, words, number):
    kind = WORD_TYPES[name]
    assert kind.read(words) == number
    assert kind.write(number) == words
    assert len(words) == kind.count


@pytest.mark.parametrize("name", sorted(WORD_TYPES))
@given(data=st.data())
def test_every_number_a_type_can_hold_comes_back(name, data):
    kind = WORD_TYPES[name]
    number = data.draw(st.integers(kind.minimum, kind.maximum))
    words = kind.write(number)
    assert len(words) == kind.count
    assert all(0 <= word <= 0xFFFF for word in words)
    assert kind.read(words) == number


@pytest.mark.parametrize("words", [[0, 0, 0], [0x3C00, 0x0101, 0x1801], [0, 0x1F00, 0x1802]])
def test_an_impossible_clock_is_no_number(words):
    assert isnan(WORD_TYPES["rtc3_epever"].read(words))


def test_what_does_not_fit_is_clamped_and_nothing_is_zero():
    assert WORD_TYPES["u16"].clamp(-3) == 0
    assert WORD_TYPES["u16"].clamp(70_000) == 65_535
    assert WORD_TYPES["s16"].clamp(-1e9) == -32_768
    assert WORD_TYPES["u16"].clamp(12.6) == 13
    assert WORD_TYPES["u16"].clamp(nan) == 0
