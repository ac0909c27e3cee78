"""Words and numbers, there and back."""

from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.controllers.word_types import WORD_TYPES

NUMBERS = {
    "f16": st.floats(width=16, allow_nan=False, allow_infinity=False),
    "fix16_hi_lo": st.integers(0, 0xFFFF_FFFF).map(lambda raw: raw / 65536),
}


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
        ("u32_hi_lo", [0x0022, 0x13D8], 2_233_304),
        ("bits32_hi_lo", [0x0001, 0x0002], 0x10002),
        ("fix16_hi_lo", [0x004E, 0x8000], 78.5),
        ("f16", [0x3C00], 1.0),
        ("f16", [0xC000], -2.0),
        ("f16", [0x4A64], 12.78125),
        ("f16", [0x0001], 2**-24),
        ("bcd", [0x0012], 12),
        ("hi_u8", [0x1800], 24),
        ("lo_u8", [0x001E], 30),
        ("lo_enum8", [0x0004], 4),
        ("hi_bit7", [0x8000], 1),
        ("hi_u7", [0x6400], 100),
        ("hi_sm8", [0x8A00], -10),
        ("lo_sm8", [0x0019], 25),
        ("text_number", [-30], -30),
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
    number = data.draw(NUMBERS.get(name, st.integers(int(kind.minimum), int(kind.maximum))))
    words = kind.write(number)
    assert len(words) == kind.count
    if not name.startswith("text_"):
        assert all(0 <= word <= 0xFFFF for word in words)
        assert all(word & ~kind.mask == 0 for word in words), "the neighbours' bits"
    assert kind.read(words) == number


@pytest.mark.parametrize("name", ["hi_u8", "lo_u8", "hi_bit7", "hi_u7", "hi_sm8", "lo_sm8"])
def test_a_part_of_a_word_does_not_see_the_other_part(name):
    kind = WORD_TYPES[name]
    words = kind.write(kind.maximum)
    assert kind.read([words[0] | 0xFFFF & ~kind.mask]) == kind.maximum


@pytest.mark.parametrize("word", [0x7E00, 0xFE00, 0x7C00, 0xFC00])
def test_a_half_float_that_is_no_number_is_none(word):
    assert isnan(WORD_TYPES["f16"].read([word]))


def test_a_decimal_with_a_letter_is_no_number():
    assert isnan(WORD_TYPES["bcd"].read([0x00A1]))


def test_minus_nothing_is_nothing():
    assert WORD_TYPES["hi_sm8"].read([0x8000]) == 0


@pytest.mark.parametrize("words", [[0, 0, 0], [0x3C00, 0x0101, 0x1801], [0, 0x1F00, 0x1802]])
def test_an_impossible_clock_is_no_number(words):
    assert isnan(WORD_TYPES["rtc3_epever"].read(words))


def test_what_does_not_fit_is_clamped_and_nothing_is_zero():
    assert WORD_TYPES["u16"].clamp(-3) == 0
    assert WORD_TYPES["u16"].clamp(70_000) == 65_535
    assert WORD_TYPES["s16"].clamp(-1e9) == -32_768
    assert WORD_TYPES["u16"].clamp(12.6) == 13
    assert WORD_TYPES["u16"].clamp(nan) == 0
