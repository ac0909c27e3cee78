"""How numbers are written in 16-bit words: one entry for each type a map may name."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite, nan

NOT_SENT = -0x8000_0000
"""Stands in the place of a text field that the device did not send."""
_WHOLE_WORD = 0xFFFF
_HIGH_BYTE = 0xFF00
_LOW_BYTE = 0x00FF
_SIGN_OF_BYTE = 0x80


@dataclass(frozen=True, slots=True)
class WordType:
    """``read`` makes a number (NaN: impossible) of ``count`` words, ``write`` the reverse.

    ``mask`` are the bits it owns of its one word; ``fraction`` whether it can hold parts of one;
    ``nan_is_missing`` whether NaN is how the device says that it has no such sensor.
    """

    count: int
    minimum: float
    maximum: float
    read: Callable[[Sequence[int]], float]
    write: Callable[[float], list[int]]
    mask: int = _WHOLE_WORD
    fraction: bool = False
    nan_is_missing: bool = False

    def clamp(self, raw: float) -> float:
        """The nearest number the type can hold; 0 for NaN."""
        if raw != raw:  # noqa: PLR0124
            return 0
        within = min(max(raw, self.minimum), self.maximum)
        return within if self.fraction else round(within)


def _signed(raw: int, bits: int) -> int:
    return raw - (1 << bits) if raw >> (bits - 1) else raw


def _low_first(words: Sequence[int]) -> int:
    return words[0] | words[1] << 16


def _high_first(words: Sequence[int]) -> int:
    return words[0] << 16 | words[1]


def _split_low_first(raw: float) -> list[int]:
    return [int(raw) & 0xFFFF, int(raw) >> 16 & 0xFFFF]


def _split_high_first(raw: float) -> list[int]:
    return _split_low_first(raw)[::-1]


def _read_clock(words: Sequence[int]) -> float:
    """Minute and second, day and hour, year and month, as EPEVER packs them.

    Seconds since 1970 as if the controller's clock were UTC (its zone is unknown); NaN for a
    date that cannot be, such as month 0.
    """
    minute, second = divmod(words[0], 256)
    day, hour = divmod(words[1], 256)
    year, month = divmod(words[2], 256)
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return nan


def _write_clock(raw: float) -> list[int]:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=raw)
    return [
        moment.minute << 8 | moment.second,
        moment.day << 8 | moment.hour,
        (moment.year - 2000) << 8 | moment.month,
    ]


def _read_hours_minutes(words: Sequence[int]) -> float:
    hours, minutes = divmod(words[0], 256)
    return hours * 60 + minutes


def _write_hours_minutes(raw: float) -> list[int]:
    hours, minutes = divmod(int(raw), 60)
    return [hours << 8 | minutes]


def _read_half(words: Sequence[int]) -> float:
    """IEEE 754 binary16; NaN for infinity too, which no sensor means."""
    number = struct.unpack(">e", words[0].to_bytes(2, "big"))[0]
    return number if isfinite(number) else nan


def _write_half(raw: float) -> list[int]:
    return [int.from_bytes(struct.pack(">e", raw), "big")]


def _read_decimal(words: Sequence[int]) -> float:
    """Binary coded decimal: the hexadecimal digits are the number; NaN when one is above 9."""
    digits = f"{words[0]:X}"
    return int(digits) if digits.isdecimal() else nan


def _sign_magnitude(byte: int) -> int:
    return _SIGN_OF_BYTE - byte if byte & _SIGN_OF_BYTE else byte


def _write_sign_magnitude(raw: float) -> int:
    return _SIGN_OF_BYTE - int(raw) if raw < 0 else int(raw)


def _plain(words: Sequence[int]) -> float:
    return words[0]


def _one_word(raw: float) -> list[int]:
    return [int(raw) & 0xFFFF]


def _read_text_field(words: Sequence[int]) -> float:
    return nan if words[0] == NOT_SENT else words[0]


def _text_field(raw: float) -> list[int]:
    return [int(raw)]


def _bits_of_word(low_bit: int, count: int) -> WordType:
    """A whole number in some bits of a word; other registers own the rest."""
    highest = (1 << count) - 1
    return WordType(
        *(1, 0, highest, lambda w: w[0] >> low_bit & highest, lambda raw: [int(raw) << low_bit]),
        mask=highest << low_bit,
    )


_U16 = WordType(1, 0, 0xFFFF, _plain, _one_word)
_U32_HIGH_FIRST = WordType(2, 0, 0xFFFF_FFFF, _high_first, _split_high_first)
_TEXT_NUMBER = WordType(
    *(1, -0x7FFF_FFFF, 0xFFFF_FFFF, _read_text_field, _text_field),
    mask=0xFFFF_FFFF,
    nan_is_missing=True,
)

WORD_TYPES: dict[str, WordType] = {
    "bool": WordType(1, 0, 1, _plain, _one_word),
    "u16": _U16,
    "enum16": _U16,
    "bits16": _U16,
    "s16": WordType(1, -0x8000, 0x7FFF, lambda w: _signed(w[0], 16), _one_word),
    "u32_lo_hi": WordType(2, 0, 0xFFFF_FFFF, _low_first, _split_low_first),
    "s32_lo_hi": WordType(
        2, -0x8000_0000, 0x7FFF_FFFF, lambda w: _signed(_low_first(w), 32), _split_low_first
    ),
    "u32_hi_lo": _U32_HIGH_FIRST,
    "bits32_hi_lo": _U32_HIGH_FIRST,
    "fix16_hi_lo": WordType(
        *(2, 0, 0xFFFF_FFFF / 65536, lambda w: _high_first(w) / 65536),
        lambda raw: _split_high_first(round(raw * 65536)),
        fraction=True,
    ),
    "f16": WordType(
        *(1, -65504, 65504, _read_half, _write_half), fraction=True, nan_is_missing=True
    ),
    "bcd": WordType(1, 0, 9999, _read_decimal, lambda raw: [int(str(int(raw)), 16)]),
    "hi_u8": _bits_of_word(8, 8),
    "lo_u8": _bits_of_word(0, 8),
    "lo_enum8": _bits_of_word(0, 8),
    "hi_bit7": _bits_of_word(15, 1),
    "hi_u7": _bits_of_word(8, 7),
    "hi_sm8": WordType(
        *(1, -127, 127, lambda w: _sign_magnitude(w[0] >> 8)),
        lambda raw: [_write_sign_magnitude(raw) << 8],
        mask=_HIGH_BYTE,
    ),
    "lo_sm8": WordType(
        *(1, -127, 127, lambda w: _sign_magnitude(w[0] & _LOW_BYTE)),
        lambda raw: [_write_sign_magnitude(raw)],
        mask=_LOW_BYTE,
    ),
    "hhmm": WordType(1, 0, 255 * 60, _read_hours_minutes, _write_hours_minutes),
    # From 2000-01-01 to the end of the year the last byte can name.
    "rtc3_epever": WordType(3, 946_684_800, 9_025_257_599, _read_clock, _write_clock),
    "text_number": _TEXT_NUMBER,
    "text_hex": _TEXT_NUMBER,
    "text_switch": WordType(1, 0, 1, _read_text_field, _text_field, nan_is_missing=True),
}
"""``lo_hi``: the low word stands at the lower address; ``hi_lo``: the high word does.

``sm8`` is a byte of sign and magnitude, ``f16`` IEEE binary16, ``fix16`` whole and fraction in a
word each. ``text_...`` are fields that a device spells out: ``text_switch`` is ON or OFF.
"""

WHOLE_NUMBERS = frozenset(
    {"bool", "enum16", "bits16", "bits32_hi_lo", "lo_enum8", "hi_bit7", "text_switch"}
)
"""Types whose every number is possible: codes and bits."""
STATUS_TYPES = WHOLE_NUMBERS | {"text_number", "text_hex"}
"""Types whose bits and codes a map may give a meaning."""
