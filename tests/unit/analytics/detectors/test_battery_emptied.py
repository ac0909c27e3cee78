"""Nights that ran from full to the bottom are counted with what they took."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.battery_emptied import emptied, went_out
from tests.fixtures.village_runs import DAYS, LITHIUM, healthy_village

HOME, PACK = 3, LITHIUM.start + 1
ALL = np.zeros(54, np.intp)


def village(row, nights, **changed):
    """The healthy village with these columns of one system changed on these nights."""
    table = healthy_village()
    values = {name: np.array(table[name]) for name in table.values}
    values["full_h"][row] = 4.0
    for name, value in changed.items():
        values[name][row, nights] = value
    return replace(table, values=values)


CUT = {"last_load_v": 11.2, "last_load_a": 0.5, "dark_h": 5.0, "used_ah": 12.0}
TRIP = {"last_load_v": 13.0, "last_load_a": 0.5, "dark_h": 4.0, "mute_h": 4.0, "back_h": 0.5}


def test_nights_cut_off_at_a_low_voltage_count_with_their_share():
    found = emptied(village(HOME, [50, 53, 58], **CUT), DAYS - 1, ALL)
    assert found.nights[HOME] == 3
    assert found.share[HOME] == pytest.approx(12.0 / 40.0)


def test_an_early_night_with_a_full_battery_does_not():
    put_out = {**CUT, "last_load_v": 12.5}
    assert emptied(village(HOME, [50, 53], **put_out), DAYS - 1, ALL).nights[HOME] == 0


def test_a_link_that_loses_some_all_night_loses_the_last_hour_too():
    """Of a night with four hours mute two thirds are heard: with less, the link is bad."""
    heard, lossy = (
        emptied(village(PACK, [50, 53], **TRIP, night_seen=seen, used_ah=12.0), DAYS - 1, ALL)
        for seen in (0.66, 0.5)
    )
    assert heard.nights[PACK] == 2
    assert lossy.nights[PACK] == 0


def test_a_strong_load_below_the_cut_off_is_not_empty():
    # 2 A through the pooled resistance lift the rest above 11.8 V.
    table = village(HOME, [50, 53], **{**CUT, "last_load_v": 11.6, "last_load_a": 3.0})
    assert emptied(table, DAYS - 1, ALL).nights[HOME] == 0


def test_a_night_that_did_not_begin_full_does_not_count():
    table = village(HOME, [50, 53], **CUT)
    table["full_h"][HOME, 49] = 0.0
    assert emptied(table, DAYS - 1, ALL).nights[HOME] == 1


def test_a_lithium_pack_that_trips_counts_and_comes_back_with_the_sun():
    found = emptied(village(PACK, [50, 54], **TRIP), DAYS - 1, ALL)
    assert found.nights[PACK] == 2


@pytest.mark.parametrize(
    "changed", [{"back_h": 6.0}, {"dark_h": 9.0}, {"mute_h": 0.25, "dark_h": 0.25}], ids=str
)
def test_a_bad_link_is_no_trip(changed):
    table = village(PACK, [50, 54], **{**TRIP, **changed})
    assert emptied(table, DAYS - 1, ALL).nights[PACK] == 0


def test_a_village_that_is_mute_together_is_no_trip():
    table = village(PACK, [50, 54], **TRIP)
    for row in range(20):
        for name, value in TRIP.items():
            table[name][row, [50, 54]] = value
    assert emptied(table, DAYS - 1, ALL).nights[PACK] == 0


def test_a_lead_acid_system_cut_off_by_a_strong_load_is_dark_but_not_empty():
    # A television pulls it to the cut-off; without it the battery rests at 12.1 V or more.
    peak = {**TRIP, "last_load_v": 11.6, "last_load_a": 4.0, "used_ah": 8.0}
    table = village(HOME, [50, 54], **peak)
    assert emptied(table, DAYS - 1, ALL).nights[HOME] == 0
    assert went_out(table, DAYS - 1, DAYS)[HOME, [50, 54]].all()


def test_a_lead_acid_system_that_falls_silent_at_the_bottom_is_empty():
    table = village(HOME, [50, 54], **{**TRIP, "last_load_v": 11.5, "used_ah": 8.0})
    assert emptied(table, DAYS - 1, ALL).nights[HOME] == 2


def test_nights_of_the_battery_before_do_not_count():
    since = ALL.copy()
    since[HOME] = 52
    assert emptied(village(HOME, [50, 53, 58], **CUT), DAYS - 1, since).nights[HOME] == 2


def test_without_any_there_is_no_share():
    found = emptied(healthy_village(), DAYS - 1, ALL)
    assert np.isnan(found.share[found.nights == 0]).all()
