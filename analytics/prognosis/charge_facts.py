"""How the battery is charged: how often full, how soon at the limit, how much of it comes back.

Its warmth is left out on purpose: it tells one country from another more than one battery from its
neighbour, and made forecasts worse on fleets of other climates.
"""

import numpy as np

from analytics.detectors.battery_nights import rated_ah
from analytics.detectors.detector import Text
from analytics.indicators.day_view import Floats
from analytics.indicators.masked import or_missing
from analytics.prognosis.battery_past import BatteryPast
from analytics.prognosis.fact import Fact
from analytics.prognosis.windows import beside_peers, mean_of, own_baseline

DAYS, ENOUGH = 28, 7
FULL_H = 1.0

FACTS = (
    Fact(
        "full_days",
        "share of days",
        0,
        Text(id="penuh hanya pada {value} % hari", en="it was full on only {value} % of the days"),
        scale=100.0,
        speaks=-1,
    ),
    Fact(
        "limit_sooner",
        "h",
        1,
        Text(
            id="penuh {value} jam lebih cepat daripada tetangga: isinya berkurang",
            en="at the charger's limit {value} h sooner than the neighbours': it takes less",
        ),
        digits=1,
    ),
    Fact(
        "limit_less",
        "log ratio",
        1,
        Text(
            id="menerima lebih sedikit muatan sampai penuh daripada dahulu",
            en="it takes less charge until full than it used to",
        ),
    ),
    Fact(
        "taken",
        "share of rating",
        0,
        Text(
            id="sehari hanya menerima {value} % kapasitasnya",
            en="it takes in only {value} % of its rating a day",
        ),
        scale=100.0,
        speaks=-1,
    ),
    Fact(
        "sun_share",
        "ratio",
        0,
        Text(
            id="panel kecil dibanding pemakaian",
            en="the panel is small for what is used",
        ),
        speaks=1,
    ),
    Fact(
        "returned",
        "share of charge",
        0,
        Text(
            id="hanya {value} % muatan yang masuk keluar lagi",
            en="only {value} % of the charge put in comes out again",
        ),
        scale=100.0,
        speaks=-1,
    ),
    Fact(
        "top_fall",
        "V",
        0,
        Text(
            id="tegangan tertinggi siang turun {value} V",
            en="the day's highest voltage fell by {value} V",
        ),
        digits=2,
        speaks=1,
    ),
    Fact(
        "rest_fall",
        "mV/h",
        1,
        Text(
            id="tanpa beban tegangan turun {value} mV per jam",
            en="at rest the voltage falls {value} mV an hour",
        ),
    ),
    Fact(
        "refused",
        "times in 28 days",
        1,
        Text(
            id="BMS memutus pengisian {value} kali dalam empat minggu",
            en="its protection cut the charge {value} times in four weeks",
        ),
    ),
)


def charge(past: BatteryPast) -> dict[str, Floats]:
    """Each fact of ``FACTS``, shape (systems,); NaN = not known."""
    since = past.capacity.since
    rated = rated_ah(past.table)

    def month(values: Floats) -> Floats:
        return mean_of(past.lately(values, DAYS), ENOUGH)

    def mean(name: str) -> Floats:
        return month(past.column(name))

    full = past.column("full_h")[:, -DAYS:]
    limit_ah = past.column("to_limit_ah") / rated
    less = np.log(np.maximum(own_baseline(limit_ah, since), 0.005)) - np.log(
        np.maximum(month(limit_ah), 0.005)
    )
    used = month(past.used) * rated[:, 0]
    top = past.column("battery_v_max")
    full_days = or_missing((full >= FULL_H).astype(np.float32), np.isfinite(full))
    return {
        "full_days": month(full_days),
        "limit_sooner": -beside_peers(mean("to_limit_h"), past.table, past.lithium),
        "limit_less": less,
        "taken": mean("in_ah") / rated[:, 0],
        "sun_share": np.log(np.maximum(used, 0.05) / _panel_a(past)),
        "returned": used / np.maximum(mean("sun_net_ah"), 0.1),
        "top_fall": own_baseline(top, since) - mean_of(past.lately(top, 14), ENOUGH),
        "rest_fall": -1000.0 * mean("rest_v_h"),
        "refused": DAYS * mean("refused"),
    }


def _panel_a(past: BatteryPast) -> Floats:
    return np.array([max(s.panel_w, 1.0) / 17.5 for s in past.table.systems], np.float32)
