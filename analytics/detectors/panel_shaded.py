"""Something grows beside the panel: the same hours of each day give less and less."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import Floats
from analytics.detectors.shade_profile import (
    POOL_DAYS,
    ShadeProfile,
    low_sun_share,
    shade_profile,
)
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

SET_LOSS, CLEAR_LOSS = 0.42, 0.20
"""Light of the low sun's two hours that is missing beside what the high sun gave: set and clear.
An obstacle that hides the sun there takes about a tenth of a clear day; the clouds of the pool
soften it [K]."""
LASTING_LOSS, LASTING_DAYS = 0.33, 14
"""Less is enough where two pools a fortnight apart have lost it: under the clouds of a wet season
the same shadow takes less of the light [K]."""
DARK_LOSS, GONE_LOSS = 0.62, 0.90
"""A shadow, even where no higher sun was free to compare with: more than dirt takes, and more than
a ridge that was always there takes in the season whose sun rises behind it; but a shadow leaves
the light of the sky [K]."""
OTHER_SIDE = 0.15
"""The other half of the day gained no more than this: a clock that is wrong moves light from one
to the other [K]."""
SUSPECT_SHARE = 0.85
"""Only where the low sun gives so much less than the high sun, for what it ought, the history is
looked at; panels that always lean away are cleared by it [K]."""
BOTH_SIDES = 0.6
"""With so much of it missing on the other side too it is no shadow of one thing [K]."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the low sun of one side is mostly gone and the rest of the day is as it was."""
    share = low_sun_share(table, day)
    rows = np.flatnonzero(share < SUSPECT_SHARE)
    seen = shade_profile(table, day, rows)
    found, low, numbers = _looked_at(seen, SET_LOSS)
    lasting = _looked_at(seen, LASTING_LOSS)[0]
    if day >= LASTING_DAYS and lasting.any():
        before = shade_profile(table, day - LASTING_DAYS, rows)
        found |= lasting & _looked_at(before, LASTING_LOSS)[0]
    all_found, all_low = np.zeros(share.shape, bool), np.where(np.isfinite(share), 0.0, np.nan)
    all_found[rows], all_low[rows] = found, low
    evidence = {name: np.zeros(share.shape, np.float32) for name in numbers}
    for name, values in numbers.items():
        evidence[name][rows] = values
    return Findings(
        set=all_found,
        clear=(all_low < CLEAR_LOSS) & ~all_found,
        severity=np.clip(np.nan_to_num(all_low), 0.1, 0.7).astype(np.float32),
        evidence={**evidence, "pool_days": np.full(share.shape, POOL_DAYS, np.float32)},
    )


def _looked_at(
    seen: ShadeProfile, level: float
) -> tuple[NDArray[np.bool_], Floats, dict[str, Floats]]:
    """Which of the suspects stand in a shadow, what their low sun lost, and the numbers to tell."""
    in_the_east = np.isfinite(seen.east) & ~(seen.west > seen.east)
    low, other = (
        np.where(in_the_east, a, b) for a, b in ((seen.east, seen.west), (seen.west, seen.east))
    )
    besides = np.where(in_the_east, seen.east_besides, seen.west_besides)
    found = (besides > level) & (low > level)
    found |= np.isnan(besides) & (low > DARK_LOSS)
    found &= (low < GONE_LOSS) & ~(other < -OTHER_SIDE)
    found &= ~(np.fmax(other, 0.0) > BOTH_SIDES * low)
    return (
        found,
        low,
        {
            "morning_percent": _percent(seen.east),
            "afternoon_percent": _percent(seen.west),
            "high_percent": _percent(seen.high),
        },
    )


def _percent(loss: Floats) -> Floats:
    return (100.0 * np.maximum(loss, 0.0)).astype(np.float32)


DETECTOR = Detector(
    fault="panel_shaded",
    title=Text(id="Panel surya ternaungi", en="Panel shaded"),
    because=Text(
        id="Saat matahari rendah panel surya memberi jauh lebih sedikit daripada biasanya, di bawah"
        " langit yang sama dengan tetangga: pagi kurang {morning_percent} %, sore kurang"
        " {afternoon_percent} %; saat matahari tinggi hanya {high_percent} %.",
        en="While the sun is low the panel gives far less than it used to, under the same sky as"
        " its neighbours: mornings {morning_percent} % less, afternoons {afternoon_percent} %"
        " less; while the sun is high only {high_percent} %.",
    ),
    part=Text(
        id="Parang atau gergaji dahan, tangga; klem dan kabel bila panel surya harus pindah",
        en="Machete or pruning saw, ladder; clamps and cable if the panel must move",
    ),
    check=Text(
        id="Lihat bayangan di panel surya pukul 7-9 dan 15-17. Bebas bayangan arusnya harus naik"
        " lebih dari dua kali; tegangan tetap 17-21 V.",
        en="Look for a shadow on the panel at 7-9 and 15-17 h. Free of it the current should more"
        " than double; the voltage stays at 17-21 V.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=14.0,
    judge=judge,
)
