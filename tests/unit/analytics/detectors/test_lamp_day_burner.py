"""A lamp that burns at noon is found; a dead panel, a single trial or a home is not it."""

import numpy as np

from analytics.detectors.lamp_day_burner import DETECTOR
from tests.fixtures.village_runs import LIGHTS, healthy_village, judged, mixed_village

LAMP = LIGHTS.start


def village(days, rows: int | slice = LAMP, hours=(10.0, 14.0), panel_v=None):
    """Lamps that draw their current between these hours of these days too."""

    def burn(block):
        for day in days:
            cells = slice(48 + day * 96 + int(hours[0] * 4), 48 + day * 96 + int(hours[1] * 4))
            block["load_current_a"][rows, cells] += 0.55
            if panel_v is not None:
                block["pv_voltage_v"][rows, cells] = panel_v

    return mixed_village(burn)


def test_it_is_found_on_the_second_day():
    assert judged(village(range(20, 40)), DETECTOR) == {LAMP: 21}


def test_a_day_without_between_two_with_is_enough():
    assert judged(village((20, 22)), DETECTOR) == {LAMP: 22}


def test_one_day_is_a_technicians_trial():
    assert judged(village((20,)), DETECTOR) == {}


def test_less_than_an_hour_does_not_count():
    assert judged(village(range(20, 40), hours=(12.0, 12.75)), DETECTOR) == {}


def test_with_a_dead_panel_it_is_the_panels_fault():
    assert judged(village(range(20, 40), panel_v=0.2), DETECTOR) == {}


def test_healthy_twins_are_left_alone():
    assert judged(healthy_village(), DETECTOR) == {}


def test_a_home_may_use_its_light_by_day():
    assert judged(village(range(20, 40), rows=3), DETECTOR) == {}


def test_it_clears_after_six_days_in_order():
    table = village(range(20, 30))
    assert not DETECTOR.judge(table, 34).clear[LAMP]
    assert DETECTOR.judge(table, 36).clear[LAMP]


def test_an_emptied_battery_is_no_repair():
    table = village(range(20, 30))
    for name in ("day_lamp_a", "lamp_a"):
        table[name][LAMP, 30:] = 0.0
    assert not DETECTOR.judge(table, 40).clear[LAMP]
    assert not np.any(DETECTOR.judge(table, 40).set)
