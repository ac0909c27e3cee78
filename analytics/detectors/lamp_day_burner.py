"""A street light burns by day: a latched relay, a blind or wrongly set dusk sensor."""

import numpy as np

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import last_seen, lasts, newest_value
from analytics.detectors.lamp_history import LIT_A, usual_current
from analytics.detectors.street_lights import street_lights_only
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

DAYS, OF_DAYS = 2, 3
"""Two of the last three days seen: a latch comes and goes, a technician's trial is one day [K]."""
LOOK_BACK = 10
USUAL_DAYS = 120
SET_SHARE, CLEAR_SHARE = 0.5, 0.25
"""Of the evening's usual current, for more than an hour around noon."""
CLEAR_DAYS = 6
"""A battery that the burning emptied is dark by day for some days, and mended it is not."""


@street_lights_only
def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the lamp drew half its evening current for an hour of full daylight on two days."""
    usual = usual_current(table, day, 0, USUAL_DAYS)
    by_day = table.window("day_lamp_a", day, LOOK_BACK)
    seen = np.isfinite(by_day)
    # A meter that is off shows a current by day, and so much more in the evening.
    full = np.fmax(usual, table.window("lamp_a", day, LOOK_BACK))
    burning = by_day > np.fmax(SET_SHARE * full, LIT_A)
    burning &= np.isfinite(usual)
    off = by_day < CLEAR_SHARE * usual
    days = (burning & last_seen(seen, OF_DAYS)).sum(axis=1)
    lit = table.window("lamp_a", day, LOOK_BACK) > SET_SHARE * usual
    return Findings(
        set=days >= DAYS,
        clear=lasts(off & lit, seen, CLEAR_DAYS),
        severity=np.full(days.size, 0.6, np.float32),
        evidence={
            "day_a": newest_value(by_day, last_seen(seen, 1)),
            "usual_a": usual[:, 0],
            "days": days.astype(np.float32),
        },
    )


DETECTOR = Detector(
    fault="lamp_day_burner",
    title=Text(id="Lampu jalan menyala siang hari", en="Street light burns by day"),
    because=Text(
        id="Pada {days} dari tiga hari terakhir lampu memakai {day_a} A lebih dari satu jam di"
        " tengah hari (malam biasanya {usual_a} A).",
        en="On {days} of the last three days the lamp drew {day_a} A for over an hour around noon"
        " (at night usually {usual_a} A).",
    ),
    part=Text(
        id="Controller lampu jalan dengan pengaturan senja, kain lap",
        en="Street light controller with dusk setting, a cloth",
    ),
    check=Text(
        id="Siang hari ukur terminal panel surya: 12-20 V, lampu harus padam. Bila lampu tetap"
        " menyala, atur ulang batas senja (5-6 V); bila tidak berubah, relai controller macet:"
        " ganti controller. Bila panel surya 0 V, perbaiki kabelnya dulu.",
        en="By day measure the panel terminals: with 12-20 V the lamp must be off. If it burns,"
        " reset the dusk level (5-6 V); if nothing changes the controller's switch is stuck:"
        " replace it. With 0 V mend the panel's cable first.",
    ),
    status=SystemStatus.FAULT,
    due_in_days=4.0,
    judge=judge,
)
