"""How numbers are written in 16-bit words: one entry for each type a map may name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import nan


@dataclass(frozen=True, slots=True)
class WordType:
    """``read`` makes a whole number (NaN: impossible) of ``count`` words, ``write`` the reverse."""

    count: int
    minimum: int
    maximum: int
    read: Callable[[Sequence[int]], float]
    write: Callable[[int], list[int]]

    def clamp(self, raw: float) -> int:
        """The nearest whole number the type can hold; 0 for NaN."""
        return 0 if raw != raw else int(min(max(round(raw), self.minimum), self.maximum))  # noqa: PLR0124


def _signed(raw: int, bits: int) -> int:
    return raw - (1 << bits) if raw >> (bits - 1) else raw


def _low_first(words: Sequence[int]) -> int:
    return words[0] | words[1] << 16


def _split_low_first(raw: int) -> list[int]:
    return [raw & 0xFFFF, raw >> 16 & 0xFFFF]


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


def _write_clock(raw: int) -> list[int]:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=raw)
    return [
        moment.minute << 8 | moment.second,
        moment.day << 8 | moment.hour,
        (moment.year - 2000) << 8 | moment.month,
    ]


def _read_hours_minutes(words: Sequence[int]) -> float:
    hours, minutes = divmod(words[0], 256)
    return hours * 60 + minutes


def _plain(words: Sequence[int]) -> float:
    return words[0]


def _one_word(raw: int) -> list[int]:
    return [raw & 0xFFFF]


_U16 = WordType(1, 0, 0xFFFF, _plain, _one_word)

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
    "hhmm": WordType(1, 0, 255 * 60, _read_hours_minutes, lambda raw: [raw // 60 << 8 | raw % 60]),
    # From 2000-01-01 to the end of the year the last byte can name.
    "rtc3_epever": WordType(3, 946_684_800, 9_025_257_599, _read_clock, _write_clock),
}
"""``u32_lo_hi`` and ``s32_lo_hi``: the low word stands at the lower address."""
