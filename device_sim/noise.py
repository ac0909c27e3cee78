"""Random numbers that can be asked for in any order: pure functions of a key, a tick and a channel.

A stream that is drawn one after another ties every value to all that was drawn before it. Here a
value belongs to its system and its moment alone, so a system's noise stays the same whatever
happens to its neighbours, and a fleet can be simulated in pieces of any length.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_LOW_LANES = np.uint64(0x0000FFFF0000FFFF)
_LOW_HALF = np.uint64(0xFFFFFFFF)
_LOW_BYTES, _LOW_16 = np.uint32(0x00FF00FF), np.uint32(0xFFFF)
_BYTE, _16 = np.uint32(8), np.uint32(16)
_S16, _S27, _S30, _S31, _S32, _S40 = (np.uint64(s) for s in (16, 27, 30, 31, 32, 40))

Keys = NDArray[np.uint64]
Ticks = NDArray[np.int64]


def key_of(seed: int, *names: object) -> int:
    """A 64-bit key of a seed and names, the same on every machine and in every process."""
    text = "\x1f".join([str(seed), *map(str, names)])
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def keys_of(seed: int, names: Iterable[str]) -> Keys:
    """One key for each name, uint64 of shape (names,)."""
    return np.array([key_of(seed, name) for name in names], np.uint64)


def hashed(keys: Keys, ticks: Ticks, channel: str) -> NDArray[np.uint64]:
    """64 random bits for every (key, tick), shape (keys, ticks).

    The finaliser is splitmix64 (Steele, Lea, Flood 2014), used as a counter-based generator.
    """
    salt = np.uint64(key_of(0, "channel", channel))
    return _mixed((keys ^ salt)[:, None] + ticks.astype(np.uint64)[None, :] * _STEP)


def _mixed(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64, in place."""
    shifted = z >> _S30
    z ^= shifted
    z *= _MIX_1
    z ^= np.right_shift(z, _S27, out=shifted)
    z *= _MIX_2
    z ^= np.right_shift(z, _S31, out=shifted)
    return z


def uniform(keys: Keys, ticks: Ticks, channel: str) -> NDArray[np.float32]:
    """Even in [0, 1), float32 of shape (keys, ticks)."""
    return (hashed(keys, ticks, channel) >> _S40).astype(np.float32) * np.float32(2.0**-24)


def normal(keys: Keys, ticks: Ticks, channel: str) -> NDArray[np.float32]:
    """Nearly normal (sum of four even 16-bit numbers, bounded by 3.5), mean 0, deviation 1."""
    z = hashed(keys, ticks, channel)
    pair = (z & _LOW_LANES) + ((z >> _S16) & _LOW_LANES)
    total = ((pair & _LOW_HALF) + (pair >> _S32)).astype(np.float32)
    return (total - np.float32(131070.0)) * np.float32(np.sqrt(3.0) / 65536.0)


def step_normal(keys: Keys, steps: Ticks, channel: str) -> NDArray[np.float32]:
    """Nearly normal as ``normal``, but coarser and by step: float32 of shape (steps, keys).

    Whole days of noise need half the hashing: a hash serves two steps, each is the sum of four even
    8-bit numbers.
    """
    halves = _by_parts(keys, steps, channel, np.uint32)
    pair = (halves & _LOW_BYTES) + ((halves >> _BYTE) & _LOW_BYTES)
    total = (pair & _LOW_16) + (pair >> _16)
    values = total.astype(np.float32)
    values -= np.float32(510.0)
    values *= np.float32(1.0 / np.sqrt(4.0 * (256.0**2 - 1.0) / 12.0))
    return values


def step_even(keys: Keys, steps: Ticks, channel: str) -> NDArray[np.float32]:
    """Even in [-1, 1) by step, float32 of shape (steps, keys); a hash serves four steps."""
    values = _by_parts(keys, steps, channel, np.uint16).astype(np.float32)
    values *= np.float32(2.0**-15)
    values -= np.float32(1.0)
    return values


def _by_parts(
    keys: Keys, steps: Ticks, channel: str, part: type[np.unsignedinteger[Any]]
) -> NDArray[Any]:
    """Parts of the hashes that serve some rising steps, shape (steps, keys)."""
    number = 8 // np.dtype(part).itemsize
    ticks = np.unique(steps // number)
    salt = np.uint64(key_of(0, "channel", channel))
    z = _mixed((keys ^ salt)[None, :] + ticks.astype(np.uint64)[:, None] * _STEP)
    split = z.view(part).reshape(ticks.size, keys.size, number)
    laid = np.ascontiguousarray(split.transpose(0, 2, 1)).reshape(-1, keys.size)
    if laid.shape[0] == steps.size:
        return laid
    return laid[np.searchsorted(ticks, steps // number) * number + steps % number]
