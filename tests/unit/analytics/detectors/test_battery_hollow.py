"""Packs that hold nothing though their nights look calm; empty homes and heavy users are not it."""

import numpy as np

from analytics.detectors.battery_failed_abruptly import DETECTOR
from tests.fixtures.village_physics import SAMPLES, table_of
from tests.fixtures.village_runs import DAYS, judged, mixed_fleet, mixed_village, with_silence

ROW, BREAK = 6, 45
SINCE = SAMPLES // 2 + BREAK * SAMPLES
"""The midnight before the day on which things change."""


def cut_off(*, tries: float | None, charged_v: float = 14.4):
    """A home whose load stays cut from a midnight on, the battery at rest but for a try a day.

    ``tries`` is the voltage under the light that somebody tries at dusk, None: nobody does.
    """

    def change(block):
        sunny = np.nan_to_num(block["pv_voltage_v"][ROW, SINCE:]) > 5.0
        dusk = np.flatnonzero(sunny[:-1] & ~sunny[1:]) + 1
        load, volts = block["load_current_a"][ROW], block["battery_voltage_v"][ROW]
        for field in ("battery_current_a", "pv_current_a"):
            block[field][ROW, SINCE:] = np.where(sunny, 0.02, 0.0)
        load[SINCE:], volts[SINCE:] = 0.0, np.where(sunny, charged_v, 12.6)
        if tries is not None:
            load[SINCE + dusk], volts[SINCE + dusk] = 0.1, tries

    return mixed_village(change)


def test_a_pack_behind_a_broken_strap_is_found_within_days():
    found = judged(cut_off(tries=9.0), DETECTOR)
    assert list(found) == [ROW]
    assert found[ROW] <= BREAK + 5


def test_a_family_away_leaves_as_little_charge_but_a_battery_that_stands_high():
    assert judged(cut_off(tries=None), DETECTOR) == {}


def test_short_of_the_chargers_limit_it_is_the_sun_or_the_panel():
    assert judged(cut_off(tries=9.0, charged_v=13.9), DETECTOR) == {}


def test_heavy_use_and_slow_wear_are_no_broken_pack():
    """The worn one is called weak before its end comes: a second ticket would be for the same."""
    fleet = mixed_fleet()
    fleet.use[ROW, BREAK:] *= 3.0
    fleet.use[9] *= 1.5
    fleet.health[9] = np.interp(np.arange(DAYS), [0, 10, DAYS - 1], [0.9, 0.9, 0.06])
    assert judged(with_silence(table_of(fleet)), DETECTOR) == {}
