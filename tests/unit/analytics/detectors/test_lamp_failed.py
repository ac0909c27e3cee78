"""A street light dark with a full battery is found; homes and empty batteries are not it."""

import numpy as np
import pytest

from analytics.detectors.lamp_failed import DETECTOR
from tests.fixtures.village_runs import LIGHTS, healthy_village, judged, mixed_village

LAMP = LIGHTS.start


def village(*changes):
    def all_of_them(block):
        for change in changes:
            change(block)

    return mixed_village(all_of_them)


def lit(share, rows: int | slice = LAMP, days=(20, 60)):
    def change(block):
        block["load_current_a"][rows, max(0, 48 + days[0] * 96) : 48 + days[1] * 96] *= share

    return change


go_out = lit(0.0, days=(20, 35))


@pytest.fixture(scope="module")
def dark():
    return village(go_out)


def test_it_is_found_after_two_evenings(dark):
    assert judged(dark, DETECTOR) == {LAMP: 21}


def test_the_ticket_counts_every_dark_evening(dark):
    assert [DETECTOR.judge(dark, day).evidence["evenings"][LAMP] for day in (21, 30)] == [2, 11]


def test_it_clears_on_the_first_lit_evening(dark):
    assert not DETECTOR.judge(dark, 34).clear[LAMP]
    assert DETECTOR.judge(dark, 35).clear[LAMP]


def test_healthy_twins_are_left_alone():
    assert judged(healthy_village(), DETECTOR) == {}


def test_a_dimmed_light_is_not_out():
    assert judged(village(lit(0.4)), DETECTOR) == {}


def test_a_home_with_nobody_in_is_not_a_failed_lamp():
    assert judged(village(lit(0.0, rows=3)), DETECTOR) == {}


def test_a_light_dark_for_want_of_charge_is_another_fault():
    def empty(block):
        go_dark = slice(48 + 20 * 96, None)
        block["load_current_a"][LAMP, go_dark] = 0.0
        block["battery_voltage_v"][LAMP, go_dark] -= 1.6

    assert judged(village(empty), DETECTOR) == {}


def test_a_light_dark_from_the_first_day_is_found_by_its_neighbours():
    table = village(lit(0.0, days=(-1, 60)))
    assert list(judged(table, DETECTOR)) == [LAMP]


def test_without_a_load_sensor_nothing_is_said():
    def blind(block):
        block["load_current_a"][LAMP] = np.nan

    assert judged(village(go_out, blind), DETECTOR) == {}


def test_the_usual_current_is_told(dark):
    told = DETECTOR.judge(dark, 25).evidence
    assert told["usual_a"][LAMP] == pytest.approx(0.55, abs=0.05)
    assert told["lamp_a"][LAMP] == pytest.approx(0.0, abs=0.01)
    assert told["battery_v"][LAMP] > 12.6


def test_all_lamps_dark_for_two_nights_were_turned_off():
    assert judged(village(lit(0.0, rows=LIGHTS, days=(20, 23))), DETECTOR) == {}
