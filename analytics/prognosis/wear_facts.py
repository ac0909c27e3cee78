"""How worn the battery is: what it holds, how that changed, what it resists, how old it is."""

import numpy as np

from analytics.detectors.battery_nights import rated_ah
from analytics.detectors.battery_steps import resistance_ohm
from analytics.detectors.detector import Text
from analytics.indicators.day_view import Floats
from analytics.prognosis.battery_past import BatteryPast
from analytics.prognosis.fact import Fact
from analytics.prognosis.windows import beside_peers, mean_of, quantile_of, slope_of

NOW_DAYS, THEN_DAYS, THEN_GAP, ENOUGH = 21, 98, 35, 4
OHM_THEN_DAYS = 60
SLOPE_DAYS, SLOPE_PER_DAYS = 70, 56
SLOPE_DRAWN = 3000.0
"""Days squared: ten nights spread over two months weigh as much as the pull to no slope [K]."""
SURE = 6.0
"""Log-odds beyond which a probability says no more."""

FACTS = (
    Fact(
        "capacity",
        "share of rating",
        -1,
        Text(
            id="baterai hanya menyimpan sekitar {value} % kapasitasnya",
            en="the battery holds about {value} % of its capacity",
        ),
        scale=100.0,
    ),
    Fact(
        "worn",
        "log-odds",
        1,
        Text(
            id="malam-malamnya turun seperti baterai yang aus",
            en="its nights fall as a worn battery's do",
        ),
    ),
    Fact(
        "capacity_lost",
        "share of rating",
        1,
        Text(
            id="kapasitas turun {value} % sejak bulan-bulan pertamanya",
            en="it has lost {value} % of its capacity since its first months",
        ),
        scale=100.0,
    ),
    Fact(
        "fall_excess",
        "V",
        1,
        Text(
            id="tegangan malam turun {value} mV lebih dalam daripada tetangga",
            en="voltage at night falls {value} mV deeper than the neighbours'",
        ),
        scale=1000.0,
    ),
    Fact(
        "fall_rise",
        "V in 6 weeks",
        1,
        Text(
            id="dalam enam minggu tegangan malam turun {value} mV lebih dalam",
            en="within six weeks its nights have come to fall {value} mV deeper",
        ),
        scale=1000.0,
    ),
    Fact(
        "fall_slope",
        "V in 8 weeks",
        1,
        Text(
            id="tegangan malam turun {value} mV lebih dalam tiap delapan minggu",
            en="its nights fall {value} mV deeper every eight weeks",
        ),
        scale=1000.0,
    ),
    Fact(
        "fall_deep",
        "V",
        1,
        Text(
            id="malam yang berat turun {value} mV lebih dalam daripada tetangga",
            en="heavy nights fall {value} mV deeper than the neighbours'",
        ),
        scale=1000.0,
    ),
    Fact(
        "ohm_peers",
        "log ratio",
        1,
        Text(
            id="hambatan baterai di atas tetangga",
            en="the battery resists more than the neighbours'",
        ),
    ),
    Fact(
        "ohm_rise",
        "log ratio",
        1,
        Text(id="hambatan baterai naik dalam dua bulan", en="its resistance rose in two months"),
    ),
    Fact(
        "age",
        "years",
        1,
        Text(id="baterai berumur {value} tahun", en="the battery is {value} years old"),
        digits=1,
    ),
)


def wear(past: BatteryPast) -> dict[str, Floats]:
    """Each fact of ``FACTS``, shape (systems,); NaN = not known."""
    capacity = past.capacity
    worn = np.clip(capacity.worn.astype(np.float64), 1e-9, 1 - 1e-9)
    excess, lately = capacity.excess_v, past.lately
    now = mean_of(lately(excess, NOW_DAYS), ENOUGH)
    then = mean_of(lately(excess, THEN_DAYS, THEN_GAP), ENOUGH)
    ohm = resistance_ohm(past.table, past.day)
    log_ohm = np.log(ohm * rated_ah(past.table)[:, 0])
    before = max(past.day - OHM_THEN_DAYS, 0)
    known = past.mine[:, before] & (past.day >= OHM_THEN_DAYS)
    ohm_then = np.where(known, resistance_ohm(past.table, before), np.nan)
    return {
        "capacity": capacity.share,
        "worn": np.clip(np.log(worn / (1.0 - worn)), -SURE, SURE).astype(np.float32),
        "capacity_lost": capacity.past_share - capacity.share,
        "fall_excess": now,
        "fall_rise": now - then,
        "fall_slope": SLOPE_PER_DAYS
        * slope_of(lately(excess, SLOPE_DAYS), SLOPE_DRAWN, 3 * ENOUGH),
        "fall_deep": quantile_of(lately(excess, NOW_DAYS), 0.85, ENOUGH),
        "ohm_peers": beside_peers(log_ohm, past.table, past.lithium),
        "ohm_rise": np.log(ohm / ohm_then),
        "age": _age_years(past),
    }


def _age_years(past: BatteryPast) -> Floats:
    """Since installation, or since a replacement that was noted or seen."""
    today = past.table.days[past.day].toordinal()
    installed = np.array([s.installed_on.toordinal() for s in past.table.systems])
    age = np.where(past.capacity.since > 0, past.day - past.capacity.since, today - installed)
    return (np.maximum(age, 0) / 365.25).astype(np.float32)
