"""A panel that lost its strength: at once and for good, or faster in a year than panels age.

Cracked cells, a blow, water under the glass take a part of the light at once (``panel_step``).
Ageing is seen against the year before, under the same sun: sound modules lose about 1 % a year
(0.99-1.15 % measured in East Africa, up to 3.4 % of early polycrystalline ones in Morocco), and so
do the neighbours. It takes a year to see more than that.
"""

import numpy as np

from analytics.detectors.cases import CaseText
from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import Floats, peers_median
from analytics.detectors.panel_days import panel_days
from analytics.detectors.panel_step import lasting_step
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

YEAR_DAYS, POOL_DAYS = 364, 28
"""The same four weeks a year apart: the sun stands alike, so no tilt is mistaken for ageing."""
SET_A_YEAR, MOST_A_YEAR, CLEAR_A_YEAR = 0.14, 0.20, 0.03
"""Loss in a year beyond the neighbours': set, more than ageing takes, and clear. Dust that is not
worth a wash takes up to a tenth, more on some roofs than on others [K]."""
SPREADS = 4.0
"""The loss stands out of the village's own scatter by so many robust deviations [K]."""
JUDGED_ON = 0
"""Mondays: what takes weeks or a year need not be looked at every night."""
BY_THE_YEAR, AT_ONCE = 1, 2
HALF_WAY = (0.2, 0.8)
"""Share of it that was gone half a year ago: ageing is even, dirt and faults come in weeks [K]."""
LARGEST_STEP = 0.7
"""No four weeks took more of it than this [K]."""
ENOUGH_DUE = 4.0
"""Sun in four weeks, in hours of rated current, for a ratio [K]."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set after a lasting step; or when a year's loss is large, even and this panel's alone."""
    if table.days[day].weekday() != JUDGED_ON:
        return _nothing(len(table.systems))
    ratio = _pools(table, day)
    lost, halfway, largest = _course(ratio)
    theirs = peers_median(lost, table.village_code)
    spread = 1.4826 * peers_median(np.abs(lost - theirs), table.village_code)
    own = lost - theirs
    found = (own > np.maximum(SET_A_YEAR, SPREADS * spread)) & (own < MOST_A_YEAR)
    found &= largest < LARGEST_STEP * lost
    found &= (halfway > HALF_WAY[0] * lost) & (halfway < HALF_WAY[1] * lost)
    step = lasting_step(table, day)
    at_once = np.isfinite(step.lost)
    shown = np.where(at_once, step.lost, np.nan_to_num(own))
    return Findings(
        set=found | at_once,
        clear=(own < CLEAR_A_YEAR) & ~found & ~at_once,
        severity=np.clip(shown * np.where(at_once, 2.0, 4.0), 0.1, 0.5).astype(np.float32),
        evidence={
            "kind": np.where(at_once, AT_ONCE, BY_THE_YEAR).astype(np.float32),
            "at_once_percent": (100.0 * step.lost).astype(np.float32),
            "since_days": step.days,
            "a_year_percent": (100.0 * own).astype(np.float32),
            "within_percent": (200.0 * spread).astype(np.float32),
        },
    )


def _nothing(systems: int) -> Findings:
    """Of any other day: neither found nor cleared."""
    none, unknown = np.zeros(systems, bool), np.full(systems, np.nan, np.float32)
    evidence = dict.fromkeys(
        ("at_once_percent", "since_days", "a_year_percent", "within_percent"), unknown
    )
    kind = np.full(systems, BY_THE_YEAR, np.float32)
    severity = np.full(systems, 0.1, np.float32)
    return Findings(none, none, severity, {"kind": kind, **evidence})


def _pools(table: IndicatorTable, day: int) -> Floats:
    """Ratios to the neighbours of thirteen pools and one a day more than a year later.

    Shape (systems, 14). All NaN without a whole year.
    """
    length = YEAR_DAYS + POOL_DAYS
    if day + 1 < length:
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
    title=Text(id="Panel surya melemah", en="Panel lost its strength"),
    because=CaseText(
        id="Dalam setahun panel surya kehilangan {a_year_percent} % (kurang lebih"
        " {within_percent} %) lebih banyak daripada panel tetangga, sedikit demi"
        " sedikit; yang wajar sekitar 1 %.",
        en="Within a year the panel lost {a_year_percent} % (give or take {within_percent} %) more"
        " than its neighbours' panels, little by little; about 1 % is usual.",
        by="kind",
        cases={
            AT_ONCE: Text(
                id="Sejak {since_days} hari panel surya memberi {at_once_percent} % lebih sedikit"
                " daripada tetangganya, sepanjang hari dan tetap; hilangnya sekaligus, jadi bukan"
                " debu.",
                en="Since {since_days} days the panel gives {at_once_percent} % less beside its"
                " neighbours, all day long and lasting; it went at once, so it is no dirt.",
            ),
        },
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
