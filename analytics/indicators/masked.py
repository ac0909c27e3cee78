"""Values under a mask, by bits: a choice that follows the data costs twenty times as much.

`np.where` waits at every wrong guess of which side comes next; and and or on the values' own bits
ask no question. What comes out is the same to the last bit. Sums and extremes over time are quick
where the systems lie side by side in memory, a moment after the other: see ``day_by_day``.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Values = NDArray[np.floating]
"""Float32 as well; the checker takes what is computed of it for something wider."""
Flags = NDArray[np.bool_]


def or_zero(values: Values, mask: Flags) -> Floats:
    """Float32 values where the mask holds, else 0.0; the two are broadcast."""
    return (_bits(values) & _all_bits(mask)).view(np.float32)


def or_missing(values: Values, mask: Flags) -> Floats:
    """Float32 values where the mask holds, else NaN; the two are broadcast."""
    return (_bits(values) | ~_all_bits(mask)).view(np.float32)


def either(mask: Flags, yes: Values, no: Values) -> Floats:
    """Float32 ``yes`` where the mask holds, else ``no``; the three are broadcast."""
    chosen = _all_bits(mask)
    return ((_bits(yes) & chosen) | (_bits(no) & ~chosen)).view(np.float32)


def known_or_zero(values: Values) -> Floats:
    """Float32 values, the missing ones 0.0."""
    return or_zero(values, np.isfinite(values))


def day_by_day(values: NDArray) -> NDArray:
    """The same (systems, days) in memory a day after the other, as a copy only where needed.

    Results of sums, comparisons and masks keep the order of what they are made from.
    """
    return np.asfortranarray(values)


def count(flags: Flags) -> Floats:
    """How many days of each system are flagged, shape (systems,), whole numbers."""
    return flags.astype(np.float32) @ _ones(flags.shape[1])


def sums(values: Values) -> Floats:
    """Sum over the days of each system, shape (systems,); missing ones must be zero already."""
    return np.asarray(values, np.float32) @ _ones(values.shape[1])


@cache
def _ones(many: int) -> Floats:
    return np.ones(many, np.float32)


def before_first(flags: Flags) -> NDArray[np.integer]:
    """How many samples of the last axis lie before the first flagged one; all without any."""
    samples = flags.shape[-1]
    rank = np.arange(samples, 0, -1, dtype=np.uint8 if samples < 256 else np.uint16)
    return samples - (flags * rank).max(axis=-1, initial=0).astype(np.intp)


def after_last(flags: Flags) -> NDArray[np.integer]:
    """How many samples of the last axis lie after the last flagged one; all without any."""
    return before_first(flags[..., ::-1])


def _bits(values: Values) -> NDArray[np.int32]:
    return np.asarray(values, np.float32).view(np.int32)


def _all_bits(mask: Flags) -> NDArray[np.int32]:
    return np.negative(np.asarray(mask).view(np.int8)).astype(np.int32)
