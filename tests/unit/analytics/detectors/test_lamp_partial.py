"""A lamp that lost strings is found; dimming by setting, season or a low battery is not it."""

import numpy as np
import pytest

from analytics.detectors.lamp_partial import DETECTOR
from tests.fixtures.village_runs import LIGHTS, healthy_village, judged, mixed_village

LAMP = LIGHTS.start


def village(*changes):
    def all_of_them(block):
        for change in changes:
            change(block)

    return mixed_village(all_of_them)


def lose(share, rows: int | slice = LAMP, days=(20, 60)):
    def change(block):
        block["load_current_a"][rows, 48 + days[0] * 96 : 48 + days[1] * 96] *= share

    return change


@pytest.mark.parametrize("share", [0.75, 0.5, 0.25])
def test_lost_strings_are_found_after_three_evenings(share):
    assert judged(village(lose(share)), DETECTOR) == {LAMP: 22}


def test_a_new_lamp_clears_it():
    table = village(lose(0.5, days=(20, 40)))
    assert not DETECTOR.judge(table, 38).clear[LAMP]
    assert DETECTOR.judge(table, 43).clear[LAMP]


def test_healthy_twins_are_left_alone():
    assert judged(healthy_village(), DETECTOR) == {}


def test_a_lamp_that_is_out_is_another_fault():
    assert judged(village(lose(0.0)), DETECTOR) == {}


def test_a_home_that_uses_half_is_no_lamp():
    assert judged(village(lose(0.5, rows=3)), DETECTOR) == {}


def test_a_lamp_that_is_dimmed_every_third_evening_has_that_habit():
    some = [lose(0.5, days=(day, day + 1)) for day in range(0, 45, 3)]
    table = village(*some, lose(0.5, days=(45, 55)))
    assert judged(table, DETECTOR, range(30, 60)) == {}


def test_a_setting_of_all_lamps_is_no_fault():
    assert judged(village(lose(0.5, rows=LIGHTS)), DETECTOR) == {}


def test_light_saved_because_the_battery_is_low_is_no_fault():
    def low(block):
        dim = slice(48 + 20 * 96, None)
        block["battery_voltage_v"][LAMP, dim] -= 1.2

    assert judged(village(lose(0.5), low), DETECTOR) == {}


def test_the_ticket_tells_share_and_amperes():
    table = village(lose(0.5))
    told = DETECTOR.judge(table, 30).evidence
    assert told["share_percent"][LAMP] == pytest.approx(50, abs=3)
    assert told["usual_a"][LAMP] == pytest.approx(0.55, abs=0.05)
    assert np.isnan(told["usual_a"][0])
