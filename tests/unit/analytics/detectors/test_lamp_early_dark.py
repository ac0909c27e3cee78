"""Light that ends hours early with charge left is found; an empty battery or a season is not it."""

import numpy as np
import pytest

from analytics.detectors.lamp_early_dark import DETECTOR
from tests.fixtures.village_runs import LIGHTS, healthy_village, judged, mixed_village

LAMP = LIGHTS.start


def village(lit_h: float, rows: int | slice = LAMP, days=range(20, 60), lower_v: float = 0.0):
    """Lamps that go out so many hours after 18:30 on these evenings."""

    def go_out(block):
        for day in days:
            out = 48 + day * 96 + int((18.5 + lit_h) * 4)
            block["load_current_a"][rows, out : 48 + day * 96 + 30 * 4] = 0.0
            block["battery_voltage_v"][rows, out - 8 : out + 1] -= lower_v

    return mixed_village(go_out)


@pytest.mark.parametrize("lit_h", [3.0, 6.0])
def test_it_is_found_after_three_nights(lit_h):
    assert judged(village(lit_h), DETECTOR) == {LAMP: 23}


def test_healthy_twins_are_left_alone():
    assert judged(healthy_village(), DETECTOR) == {}


def test_an_hour_less_is_no_fault():
    assert judged(village(10.0), DETECTOR) == {}


def test_a_lamp_that_never_lights_is_another_fault():
    assert judged(village(-1.0), DETECTOR) == {}


def test_going_out_at_the_cut_off_voltage_is_the_batterys_doing():
    assert judged(village(5.0, lower_v=1.6), DETECTOR) == {}


def test_all_lamps_of_a_village_are_set_so():
    assert judged(village(5.0, rows=LIGHTS), DETECTOR) == {}


def test_a_lamp_that_was_always_short_is_set_so():
    assert judged(village(5.0, days=range(60)), DETECTOR) == {}


def test_a_home_goes_to_bed_when_it_likes():
    assert judged(village(1.0, rows=3), DETECTOR) == {}


def under_load(evening_v: float, from_day: int, to_day: int = 60):
    """The lamp pulls its battery down to this voltage of an evening; it goes out from day 20 on."""

    def sag(block):
        for day in range(60):
            dusk = 48 + day * 96 + 18 * 4
            out = dusk + 22 if day >= 20 else dusk + 48
            low = evening_v if from_day <= day < to_day else 12.35
            block["battery_voltage_v"][LAMP, dusk:out] = low
            if day >= 20:
                block["load_current_a"][LAMP, out : dusk + 50] = 0.0

    return mixed_village(sag)


def test_a_strong_lamp_pulls_its_battery_down_and_is_compared_with_its_own_evenings():
    assert judged(under_load(12.35, 0), DETECTOR) == {LAMP: 23}


def test_a_battery_lower_than_on_its_own_whole_nights_was_not_charged():
    assert judged(under_load(12.15, 20), DETECTOR) == {}


def test_a_whole_night_clears_it():
    table = village(5.0, days=range(20, 30))
    assert not DETECTOR.judge(table, 30).clear[LAMP]
    assert DETECTOR.judge(table, 31).clear[LAMP]


def test_the_ticket_tells_the_hours():
    told = DETECTOR.judge(village(5.0), 30).evidence
    assert told["lit_h"][LAMP] == pytest.approx(5.0, abs=0.6)
    assert told["usual_h"][LAMP] > 10.5
    assert told["off_v"][LAMP] > 11.9
    assert np.isfinite(told["before_dawn_h"][LAMP])
