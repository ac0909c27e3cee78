"""A street light burns with a part of its diodes: strings or their driver failed."""

import numpy as np

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import high_level, last_seen, newest_value
from analytics.detectors.lamp_history import charged, of_neighbours, usual_current
from analytics.detectors.street_lights import street_lights_only
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

EVENINGS = 3
LOOK_BACK = 14
SET_SHARE, CLEAR_SHARE = 0.86, 0.92
"""Of the own usual current. One string of four is a quarter of the light, one of six a sixth; a
driver's current moves by some percent with voltage and warmth [K]."""
DARK_SHARE = 0.1
"""Below, the lamp is out: another fault."""
STEADY_SHARE = 0.12
"""Dead strings draw the same low current evening after evening; saving light or a loose contact
does not [K]."""
HABIT_SHARE = 0.12
"""A lamp that burnt as low on so many of its earlier evenings is dimmed by its setting [K]."""
LEAST_V = (11.7, 12.8)
"""Lead-acid, lithium: lower, the light is cut off within the evening."""
ALIKE_V, ENOUGH_ALIKE, LOW_QUANTILE = 0.1, 4, 0.2
"""Earlier evenings at this voltage or lower that say what a lamp in order draws then [K]."""
NEIGHBOURS_SHARE = 0.9
"""When the neighbours' lamps are dimmer too, it is a setting or the season [K]."""


@street_lights_only
def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when three evenings were steadily dimmer than usual, and not for want of charge."""
    usual = usual_current(table, day, LOOK_BACK if day >= 2 * LOOK_BACK else EVENINGS)
    share = table["lamp_a"][:, : day + 1] / usual
    last = last_seen(np.isfinite(share) & (np.arange(day + 1) > day - LOOK_BACK), EVENINGS)
    low = np.where(last, share, np.inf).min(axis=1, initial=np.inf)
    high = np.where(last, share, -np.inf).max(axis=1, initial=-np.inf)
    expected = _expected_share(table, day, share, last)
    dim = (high < SET_SHARE * expected) & (low > DARK_SHARE) & (high - low < STEADY_SHARE)
    shown = newest_value(share, last_seen(last, 1))
    found = dim & (last.sum(axis=1) == EVENINGS)
    if found.any():
        found &= ~_habit(share, charged(table, day, day + 1))
        found &= ~(of_neighbours(table, shown) < NEIGHBOURS_SHARE)
    return Findings(
        set=found,
        clear=(low > CLEAR_SHARE) & last.any(axis=1),
        severity=np.clip(1.0 - np.nan_to_num(shown, nan=0.5), 0.2, 0.8).astype(np.float32),
        evidence={
            "share_percent": shown * 100.0,
            "lamp_a": shown * usual[:, 0],
            "usual_a": usual[:, 0],
            "evenings": np.full(shown.shape, EVENINGS, np.float32),
        },
    )


def _expected_share(
    table: IndicatorTable, day: int, share: np.ndarray, last: np.ndarray
) -> np.ndarray:
    """What the lamp draws at this charge when in order, of its usual current; NaN = unknown.

    All of it on charged evenings. Controllers may save light when the battery is low, each in its
    own way: then the lamp's own earlier evenings at as low a voltage say what is to be expected.
    """
    full = (charged(table, day, day + 1) | ~last).all(axis=1)
    volts = table["lamp_v"][:, : day + 1]
    lowest = np.where(last, volts, np.inf).min(axis=1, initial=np.inf)
    before = np.arange(day + 1) <= day - LOOK_BACK
    alike = before & (volts <= lowest[:, None] + ALIKE_V) & (share > DARK_SHARE)
    then = high_level(np.where(alike, share, np.float32(np.nan)), LOW_QUANTILE, ENOUGH_ALIKE)
    steady = lowest >= np.where(facts_of(table.systems).lead, *LEAST_V)[:, 0]
    return np.where(full, 1.0, np.where(steady, np.minimum(then[:, 0], 1.0), np.nan))


def _habit(share: np.ndarray, full: np.ndarray) -> np.ndarray:
    """Whether the lamp was often as dim before the last fortnight, shape (systems,)."""
    end = max(0, share.shape[1] - LOOK_BACK)
    before = full[:, :end] & (share[:, :end] > DARK_SHARE)
    dim = before & (share[:, :end] < SET_SHARE)
    return dim.sum(axis=1) > HABIT_SHARE * np.maximum(before.sum(axis=1), 1)


DETECTOR = Detector(
    fault="lamp_partial",
    title=Text(id="Lampu jalan redup", en="Street light partly out"),
    because=Text(
        id="{evenings} malam berturut-turut lampu hanya memakai {lamp_a} A, {share_percent} % dari"
        " biasanya ({usual_a} A); bukan karena baterai lemah.",
        en="On {evenings} evenings the lamp drew {lamp_a} A, {share_percent} % of its usual"
        " {usual_a} A; not for want of charge.",
    ),
    part=Text(
        id="Modul LED dan driver yang sama, obeng, multimeter",
        en="LED module and driver of the same type, screwdriver, multimeter",
    ),
    check=Text(
        id="Tutup panel surya agar lampu menyala; lihat apakah sebagian LED mati. Ukur arus lampu:"
        " harus sekitar {usual_a} A pada 12-13,5 V. Arus kurang dengan tegangan baik berarti modul"
        " LED atau driver diganti.",
        en="Cover the panel so that the lamp burns; see whether some LEDs are dark. The lamp should"
        " draw about {usual_a} A at 12-13.5 V. Less with good voltage: replace LED module or"
        " driver.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=7.0,
    judge=judge,
)
