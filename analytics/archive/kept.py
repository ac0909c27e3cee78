"""Kept days laid out anew: for other systems, for another span."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from analytics.archive.port import KeptDays
from analytics.load import nothing_heard


def nothing_kept(codes: Sequence[str], first_day: date, days: int) -> KeptDays:
    """So many days of which none is kept."""
    return KeptDays(
        tuple(codes), first_day, np.zeros(days, np.uint64), nothing_heard(len(codes), days)
    )


def laid_over(kept: KeptDays, onto: KeptDays) -> None:
    """Copy what both spans have in common; systems that ``kept`` does not know stay unheard."""
    shift = (kept.first_day - onto.first_day).days
    first, end = max(0, shift), min(onto.keys.size, shift + kept.keys.size)
    if first >= end:
        return
    to, source = slice(first, end), slice(first - shift, end - shift)
    onto.keys[to] = kept.keys[source]
    if kept.codes == onto.codes:
        onto.values[:, :, to] = kept.values[:, :, source]
        return
    row_of = {code: row for row, code in enumerate(kept.codes)}
    pairs = [(row, row_of[code]) for row, code in enumerate(onto.codes) if code in row_of]
    for row, was in pairs:
        onto.values[:, row, to] = kept.values[:, was, source]
