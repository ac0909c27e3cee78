"""A gateway's silence is a job after some days, a device's own after weeks."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.silent import ALONE_DAYS, DETECTOR, EMPTY_DAYS, GATEWAY_DAYS
from tests.fixtures.village_runs import healthy_village, judged


def table(*quiet: tuple[int, int], row: int = 5):
    """A healthy village in which one row reports nothing on the days [first, end)."""
    base = healthy_village()
    rows, unheard, coverage = (base[n].copy() for n in ("rows", "unheard_days", "coverage"))
    for first, end in quiet:
        rows[row, first:end] = coverage[row, first:end] = 0.0
        unheard[row, first:end] = np.arange(1, end - first + 1)
    values = {**base.values, "rows": rows, "unheard_days": unheard, "coverage": coverage}
    return replace(base, values=values)


def test_one_alone_is_set_after_four_weeks():
    assert judged(table((20, 60)), DETECTOR) == {5: 20 + ALONE_DAYS - 1}


def test_a_day_with_data_clears_it():
    t = table((20, 50))
    assert DETECTOR.judge(t, 49).set[5]
    after = DETECTOR.judge(t, 50)
    assert after.clear[5]
    assert not after.set[5]


def test_a_device_that_comes_back_after_three_weeks_was_no_job():
    assert judged(table((5, 26), (35, 59)), DETECTOR) == {}


def test_all_others_are_clear():
    found = DETECTOR.judge(table((20, 60)), 30)
    assert found.clear.sum() == found.clear.size - 1


def test_who_is_not_awaited_is_neither():
    base = healthy_village()
    unheard = base["unheard_days"].copy()
    unheard[7] = np.nan
    found = DETECTOR.judge(replace(base, values={**base.values, "unheard_days": unheard}), 30)
    assert not found.set[7]
    assert not found.clear[7]


def last_words(volts: float = 13.0, fall_v: float = 0.0, night: float = 1.0):
    """Row 5 silent from day 20 on, after these words; all but three others on its gateway."""
    base = table((20, 60))
    values = {n: base[n].copy() for n in ("last_v", "last_fall_v", "night_heard")}
    values["last_v"][5, 20:] = np.nan
    values["last_v"][5, 19], values["last_fall_v"][5, 19] = volts, fall_v
    values["night_heard"][5, 15:20] = night
    return replace(base, values={**base.values, **values})


def told(t, day: int = 25):
    found = DETECTOR.judge(t, day)
    evidence = {name: float(values[5]) for name, values in found.evidence.items()}
    return found.set[5], DETECTOR.because.said("en", evidence)


@pytest.mark.parametrize(("volts", "fall_v"), [(11.2, 0.1), (12.1, 0.9)])
def test_a_battery_that_died_is_not_the_devices_silence(volts, fall_v):
    t = last_words(volts, fall_v)
    assert told(t)[0] == np.False_
    assert "Battery ran flat" in told(t)[1]
    assert DETECTOR.judge(t, 20 + EMPTY_DAYS - 1).set[5]


def test_a_controller_that_goes_off_with_the_load_is_not_silent():
    found, words = told(last_words(night=0.4))
    assert not found
    assert "goes off with the load: first only nights were missing, then 6 days" in words


def on_gateway(t, rows: slice):
    code = t.gateway_code.copy()
    code[rows] = 0
    return replace(t, gateway_code=code)


def test_one_of_a_gateway_is_its_cable():
    found, words = told(on_gateway(last_words(), slice(0, 20)), 50)
    assert found
    assert "cable or address" in words


def test_all_of_a_gateway_is_the_gateway():
    assert "cable" not in told(on_gateway(last_words(), slice(5, 6)))[1]
    t = last_words()
    unheard = t["unheard_days"].copy()
    unheard[4:9] = unheard[5]
    t = on_gateway(replace(t, values={**t.values, "unheard_days": unheard}), slice(4, 9))
    found, words = told(t, 20 + GATEWAY_DAYS - 1)
    assert "Gateway down" in words
    assert found
    assert not told(t, 20 + GATEWAY_DAYS - 2)[0]


def test_a_time_still_to_come_is_the_clock():
    t = last_words()
    ahead = np.full_like(t["rows"], np.nan)
    ahead[5, 22] = 8.0
    assert "Clock wrong" in told(replace(t, values={**t.values, "clock_ahead_h": ahead}))[1]


def test_each_cause_has_its_own_job():
    jobs = [DETECTOR.part.said("id", {"reason": float(code)}) for code in range(6)]
    assert len(set(jobs)) >= 5


def test_the_days_are_told():
    assert DETECTOR.judge(table((20, 60)), 30).evidence["silent_days"][5] == 11
