"""How near to the bottom the nights go, and how many reached it."""

import numpy as np

from analytics.detectors.battery_break import broken
from analytics.detectors.detector import Text
from analytics.indicators.day_view import Floats
from analytics.indicators.masked import or_missing, or_zero
from analytics.prognosis.battery_past import MONTH, BatteryPast
from analytics.prognosis.fact import Fact
from analytics.prognosis.windows import beside_peers, mean_of, own_baseline, quantile_of

FORTNIGHT, WEEK = 14, 7
LOW_DAYS, ENOUGH = 21, 5
DEEP_QUANTILE, LOW_QUANTILE = 0.8, 0.2

FACTS = (
    Fact(
        "use",
        "share of rating",
        0,
        Text(
            id="setiap malam memakai {value} % kapasitas baterai",
            en="each night uses {value} % of the battery's rating",
        ),
        scale=100.0,
        speaks=1,
    ),
    Fact(
        "depth",
        "share of what it holds",
        1,
        Text(
            id="malam yang berat memakai {value} % dari isi yang tersisa",
            en="heavy nights take {value} % of what it still holds",
        ),
        scale=100.0,
    ),
    Fact(
        "dawn_low",
        "V",
        -1,
        Text(
            id="tegangan menjelang pagi sampai {value} V",
            en="the voltage before dawn is down to {value} V",
        ),
        digits=1,
    ),
    Fact(
        "dawn_fall",
        "V",
        1,
        Text(
            id="tegangan pagi {value} V lebih rendah daripada bulan-bulan pertamanya",
            en="voltage at dawn is {value} V lower than in its first months",
        ),
        digits=2,
    ),
    Fact(
        "dawn_fall_peers",
        "V",
        1,
        Text(
            id="tegangan pagi turun {value} V lebih banyak daripada tetangga",
            en="voltage at dawn fell {value} V more than the neighbours' did",
        ),
        digits=2,
    ),
    Fact(
        "low_v",
        "V",
        -1,
        Text(
            id="tegangan terendah sehari rata-rata hanya {value} V",
            en="the day's lowest voltage is {value} V on average",
        ),
        digits=1,
    ),
    Fact(
        "low_v_fall",
        "V",
        1,
        Text(
            id="tegangan terendah sehari turun {value} V sejak bulan-bulan pertamanya",
            en="the day's lowest voltage fell by {value} V since its first months",
        ),
        digits=2,
    ),
    Fact(
        "low_v_drop",
        "V",
        1,
        Text(
            id="tegangan terendah sehari turun {value} V dalam enam minggu",
            en="the day's lowest voltage fell by {value} V within six weeks",
        ),
        digits=2,
    ),
    Fact(
        "lit_v",
        "V",
        -1,
        Text(
            id="tegangan saat lampu terakhir menyala {value} V",
            en="{value} V was left when the lights were last on",
        ),
        digits=1,
    ),
    Fact(
        "spread_v",
        "V",
        1,
        Text(
            id="malam yang berat jatuh {value} V lebih dalam daripada malam biasa",
            en="heavy nights fall {value} V deeper than usual ones",
        ),
        digits=2,
    ),
    Fact(
        "empty_month",
        "nights in 28",
        1,
        Text(
            id="{value} malam habis dalam empat minggu",
            en="{value} nights ran empty in four weeks",
        ),
    ),
    Fact(
        "empty_full",
        "nights in 28",
        1,
        Text(
            id="{value} malam habis walau baterai penuh sorenya",
            en="{value} nights ran empty though the battery was full before",
        ),
    ),
    Fact(
        "empty_week",
        "nights in 7",
        1,
        Text(id="{value} malam habis minggu ini", en="{value} nights ran empty this week"),
    ),
    Fact(
        "dark_hours",
        "h a night",
        1,
        Text(
            id="lampu padam rata-rata {value} jam semalam karena baterai habis",
            en="the lights are out {value} h a night because it is empty",
        ),
        digits=1,
    ),
    Fact(
        "earlier_dark",
        "h",
        0,
        Text(
            id="lampu padam {value} jam lebih awal daripada dahulu",
            en="the lights go out {value} h earlier than they used to",
        ),
        digits=1,
        speaks=1,
    ),
    Fact(
        "less_used",
        "log ratio",
        0,
        Text(id="pemakaian malam berkurang", en="less is used at night than before"),
        speaks=1,
    ),
    Fact(
        "broken",
        "0 or 1",
        1,
        Text(
            id="baterai berubah mendadak seperti rusak",
            en="the battery changed at once, as a broken one does",
        ),
    ),
)


def night(past: BatteryPast) -> dict[str, Floats]:
    """Each fact of ``FACTS``, shape (systems,); NaN = not known."""
    since, lately = past.capacity.since, past.lately
    dawn, dark, low = (past.column(name) for name in ("dawn_v", "dark_h", "battery_v_min"))
    told = (past.column("night_seen")[:, -MONTH:] > 0.0) | past.empty
    empty = or_missing(past.empty.astype(np.float32), told)
    dark_h = or_missing(or_zero(dark[:, -MONTH:], past.empty), told)
    dawn_now, low_lately = lately(dawn, LOW_DAYS), lately(low, LOW_DAYS)
    fall = own_baseline(dawn, since) - mean_of(dawn_now, ENOUGH)
    used = lately(past.used, MONTH)
    usual_use, use = own_baseline(past.used, since), mean_of(used, ENOUGH)
    low_v = mean_of(lately(low, FORTNIGHT), ENOUGH)

    def beside(values: Floats) -> Floats:
        return beside_peers(values, past.table, past.lithium)

    return {
        "use": use,
        "depth": quantile_of(used, DEEP_QUANTILE, ENOUGH)
        / np.maximum(past.capacity.share, np.float32(0.1)),
        "dawn_low": quantile_of(dawn_now, LOW_QUANTILE, ENOUGH),
        "dawn_fall": fall,
        "dawn_fall_peers": beside(fall),
        "low_v": low_v,
        "low_v_fall": beside(own_baseline(low, since) - mean_of(low_lately, ENOUGH)),
        "low_v_drop": beside(mean_of(lately(low, 70, 35), ENOUGH) - low_v),
        "lit_v": quantile_of(lately(past.column("last_load_v"), FORTNIGHT), 0.3, ENOUGH),
        "spread_v": quantile_of(low_lately, 0.5, ENOUGH) - quantile_of(low_lately, 0.1, ENOUGH),
        "empty_month": MONTH * mean_of(lately(empty, MONTH), ENOUGH),
        "empty_full": past.capacity.emptied.nights,
        "empty_week": WEEK * mean_of(lately(empty, WEEK), 2),
        "dark_hours": mean_of(lately(dark_h, FORTNIGHT), ENOUGH),
        "earlier_dark": mean_of(lately(dark, FORTNIGHT), ENOUGH) - own_baseline(dark, since),
        "less_used": np.log(np.maximum(usual_use, 0.01) / np.maximum(use, 0.01)),
        "broken": broken(past.table, past.day).any.astype(np.float32),
    }
