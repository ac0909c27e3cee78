"""A panel that ages too fast: a year ago, under the same sun, it gave more beside its neighbours.

Sound modules lose about 1 % a year (0.99-1.15 % measured in East Africa, up to 3.4 % of early
polycrystalline ones in Morocco), and so do the neighbours. It takes a year to see more than that.
"""

import numpy as np

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import Floats, peers_median
from analytics.detectors.panel_days import panel_days
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

YEAR_DAYS, POOL_DAYS = 364, 28
"""The same four weeks a year apart: the sun stands alike, so no tilt is mistaken for ageing."""
SET_A_YEAR, MOST_A_YEAR, CLEAR_A_YEAR = 0.08, 0.16, 0.03
"""Loss in a year beyond the neighbours': set, more than ageing takes, and clear [K]."""
SPREADS = 4.0
"""The loss stands out of the village's own scatter by so many robust deviations [K]."""
JUDGED_ON = 0
"""Mondays: what takes a year need not be looked at every night."""
HALF_WAY = (0.2, 0.8)
"""Share of it that was gone half a year ago: ageing is even, dirt and faults come in weeks [K]."""
LARGEST_STEP = 0.7
"""No four weeks took more of it than this [K]."""
ENOUGH_DUE = 4.0
"""Sun in four weeks, in hours of rated current, for a ratio [K]."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when a whole year is there, and its loss is large, even and this panel's alone."""
    ratio = _pools(table, day)
    lost, halfway, step = _course(ratio)
    theirs = peers_median(lost, table.village_code)
    spread = 1.4826 * peers_median(np.abs(lost - theirs), table.village_code)
    own = lost - theirs
    found = (own > np.maximum(SET_A_YEAR, SPREADS * spread)) & (own < MOST_A_YEAR)
    found &= step < LARGEST_STEP * lost
    found &= (halfway > HALF_WAY[0] * lost) & (halfway < HALF_WAY[1] * lost)
    return Findings(
        set=found,
        clear=(own < CLEAR_A_YEAR) & ~found,
        severity=np.clip(np.nan_to_num(own) * 4.0, 0.1, 0.5).astype(np.float32),
        evidence={
            "a_year_percent": (100.0 * own).astype(np.float32),
            "within_percent": (200.0 * spread).astype(np.float32),
        },
    )


def _pools(table: IndicatorTable, day: int) -> Floats:
    """Ratios to the neighbours of thirteen pools and one a day more than a year later.

    Shape (systems, 14). All NaN without a whole year, and on other days than Mondays.
    """
    length = YEAR_DAYS + POOL_DAYS
    if day + 1 < length or table.days[day].weekday() != JUDGED_ON:
        return np.full((len(table.systems), length // POOL_DAYS), np.nan, np.float32)
    pools = panel_days(table, day, length).last(length - length % POOL_DAYS).pooled(POOL_DAYS)
    due = pools.straight()
    return (pools.given / np.where(due >= ENOUGH_DUE, due, np.nan)).astype(np.float32)


def _course(ratio: Floats) -> tuple[Floats, Floats, Floats]:
    """Share lost in the year, share lost by its middle, largest share lost from pool to pool."""
    begin, middle = ratio[:, 0], ratio.shape[1] // 2
    level = ratio / begin[:, None]
    halfway = 1.0 - level[:, middle - 1 : middle + 1].mean(axis=1)
    step = np.fmax.reduce(level[:, :-1] - level[:, 1:], axis=1)
    return 1.0 - level[:, -1], halfway, step


DETECTOR = Detector(
    fault="panel_degraded",
    title=Text(id="Panel surya menua terlalu cepat", en="Panel ages too fast"),
    because=Text(
        id="Dalam setahun panel surya kehilangan {a_year_percent} % (kurang lebih"
        " {within_percent} %) lebih banyak daripada panel tetangga, sedikit demi"
        " sedikit; yang wajar sekitar 1 %.",
        en="Within a year the panel lost {a_year_percent} % (give or take {within_percent} %) more"
        " than its neighbours' panels, little by little; about 1 % is usual.",
    ),
    part=Text(
        id="Panel surya pengganti yang sama, bila hilangnya lebih dari 20 %",
        en="A replacement panel of the same kind, once more than 20 % is lost",
    ),
    check=Text(
        id="Bersihkan dahulu. Saat cerah tanpa bayangan: tegangan lepas tetap 18-22 V, tetapi arus"
        " hubung singkat jauh di bawah yang tertulis di belakang panel surya. Cari sel cokelat,"
        " retak, atau lembap.",
        en="Clean it first. In full sun without shade the open voltage stays at 18-22 V, but the"
        " short-circuit current is far below what is printed on its back. Look for browned,"
        " cracked or damp cells.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=90.0,
    judge=judge,
)
