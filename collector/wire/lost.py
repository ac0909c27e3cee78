"""Readings that a sender has given up and says so: numbers in place of readings."""

from typing import Annotated, Any

import msgspec

from collector.wire.condensed import Count, Serial
from collector.wire.decoded import UNPRINTABLE, Decoded, Lost

MOST_RUNS = 500
WIDEST_RUN = 1_000_000
"""Ten years of five-minute readings: a wider run is a mistake, not a loss."""
LONGEST_WHY = 100
_Runs = Annotated[list[tuple[Count, Count]], msgspec.Meta(min_length=1, max_length=MOST_RUNS)]


class _Given(msgspec.Struct):
    sn: Serial
    b: Count
    lost: _Runs
    why: Annotated[str, msgspec.Meta(max_length=LONGEST_WHY)] = ""


def add_lost(entry: dict[str, Any], into: Decoded) -> None:
    """Add an object ``{"sn","b","lost":[[first,last]],"why"}``, or reject it with the reason."""
    try:
        given = msgspec.convert(entry, _Given)
    except msgspec.ValidationError as error:
        into.reject(f"lost readings: {error}"[:200])
        return
    if not given.sn.isprintable():
        into.reject(UNPRINTABLE)
        return
    if any(not 0 <= last - first < WIDEST_RUN for first, last in given.lost):
        into.reject("lost readings: a run ends before it begins, or is far too wide")
        return
    why = given.why if given.why.isprintable() else ""
    into.lost.append(Lost(given.sn, given.b, tuple(given.lost), why or "the sender lost them"))
