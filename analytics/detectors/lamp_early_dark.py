"""A street light goes out hours before dawn although its battery has charge left."""

import numpy as np

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import Floats, high_level, last_seen, lasts, newest_value
from analytics.detectors.lamp_history import DAY_V, Flags, charged, of_neighbours, since_repair
from analytics.detectors.street_lights import street_lights_only
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

NIGHTS = 3
LOOK_BACK = 10
SET_SHARE, CLEAR_SHARE = 0.7, 0.85
"""Of the hours it usually burns, at most the whole night. Kathmandu: 4 h of 12 after two years."""
LEAST_H = 0.4
"""Shorter is not lit at all: another fault."""
USUAL_QUANTILE, ENOUGH_NIGHTS = 0.7, 4
CHARGE_LEFT_V = (11.9, 12.75)
"""Lead-acid, lithium. At the moment it went out. Cut-offs are 11.1-11.6 V, 12.25 V for lithium
(controller manuals): lower is the battery's or the panel's doing, not the lamp's."""
EVENING_BELOW_V = 0.1
"""An evening that begins so little lower than those before whole nights is as charged [K]."""
SAVED_SHARE = 0.8
"""When the neighbours burn shorter too, the season or a setting makes them [K]."""


@street_lights_only
def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the light ended early on three nights that began charged and ended with charge."""
    lit_h = table["lit_h"][:, : day + 1]
    before = np.where(since_repair(table, day), lit_h, np.float32(np.nan))
    usual = high_level(before[:, : max(0, day + 1 - NIGHTS)], USUAL_QUANTILE, ENOUGH_NIGHTS)
    recent, volts = (table.window(name, day, LOOK_BACK) for name in ("lit_h", "unlit_v"))
    share = recent / usual
    left = np.where(facts_of(table.systems).lead, *CHARGE_LEFT_V)
    early = (share < SET_SHARE) & (recent > LEAST_H) & (volts >= left)
    early &= _began_charged(table, day, lit_h > CLEAR_SHARE * usual)
    seen = np.isfinite(share)
    newest = last_seen(seen, 1)
    shown: Floats = newest_value(share, newest)
    found = lasts(early, seen, NIGHTS)
    if found.any():
        found &= ~(of_neighbours(table, shown) < SAVED_SHARE)
    return Findings(
        set=found,
        clear=(shown > CLEAR_SHARE) & ~found,
        severity=np.clip(1.0 - np.nan_to_num(shown, nan=0.5), 0.2, 0.8).astype(np.float32),
        evidence={
            "lit_h": newest_value(recent, newest),
            "usual_h": usual[:, 0],
            "before_dawn_h": newest_value(table.window("unlit_h", day, LOOK_BACK), newest),
            "off_v": newest_value(volts, newest),
        },
    )


def _began_charged(table: IndicatorTable, day: int, whole: Flags) -> Flags:
    """Whether the evening before each of the last nights began with a charged battery.

    A burning lamp pulls the voltage down, so evenings are measured by this lamp's own evenings
    before ``whole`` nights (systems, days).
    """
    before = np.where(whole[:, 1:], table["lamp_v"][:, :day], np.float32(np.nan))
    own = high_level(before, 0.5, ENOUGH_NIGHTS) - np.float32(EVENING_BELOW_V)
    evening = table.window("lamp_v", day, LOOK_BACK + 1)
    full = charged(table, day, LOOK_BACK + 1) | (
        (table.window("battery_v_max", day, LOOK_BACK + 1) >= DAY_V) & (evening >= own)
    )
    nights = min(LOOK_BACK, day + 1)
    began = np.zeros((len(table.systems), nights), bool)
    began[:, nights - (full.shape[1] - 1) :] = full[:, :-1]
    return began


DETECTOR = Detector(
    fault="lamp_early_dark",
    title=Text(id="Lampu jalan padam terlalu cepat", en="Street light out too early"),
    because=Text(
        id="Lampu hanya menyala {lit_h} jam (biasanya {usual_h} jam), padam {before_dawn_h} jam"
        " sebelum matahari terbit, padahal baterai masih {off_v} V.",
        en="The light burnt {lit_h} h (usually {usual_h} h) and went out {before_dawn_h} h before"
        " sunrise although the battery still stood at {off_v} V.",
    ),
    part=Text(
        id="Driver LED cadangan, petunjuk pengaturan timer controller",
        en="Spare LED driver, the controller's timer instructions",
    ),
    check=Text(
        id="Periksa pengaturan timer: harus senja sampai fajar. Tutup panel surya dan biarkan"
        " menyala satu jam: bila padam sendiri dengan 12-13,5 V di terminal beban, driver terlalu"
        " panas: ganti. Bila terminal beban 0 V pada baterai di atas 12,2 V, controller diganti.",
        en="Look at the timer: it should say dusk to dawn. Cover the panel and let it burn for an"
        " hour: if it goes out with 12-13.5 V at the load terminal, the driver overheats: replace"
        " it. With 0 V there and a battery above 12.2 V replace the controller.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=7.0,
    judge=judge,
)
