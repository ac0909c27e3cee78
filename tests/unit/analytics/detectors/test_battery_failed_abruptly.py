"""Packs that break at once are found within days; wear, wet weeks and lost panels are not."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.battery_degraded import DETECTOR as DEGRADED
from analytics.detectors.battery_failed_abruptly import DETECTOR
from tests.fixtures.village_physics import SAMPLES, run, table_of
from tests.fixtures.village_runs import DAYS, LITHIUM, healthy_village, judged, mixed_fleet
from tests.fixtures.village_runs import with_silence as told

BREAK = 45
SINCE = SAMPLES // 2 + BREAK * SAMPLES
"""The midnight before the day on which things break."""


def dark(block):
    """Samples whose middle lies in the dark, by the panel itself."""
    return np.nan_to_num(block["pv_voltage_v"]) < 5.0


def shorted(fleet, rows):
    """The village as it runs, these packs a cell lower from a midnight on, their load cut off."""
    block = run(fleet)
    for row in rows:
        block["battery_voltage_v"][row, SINCE:] -= 2.05
        block["load_current_a"][row, SINCE:] = 0.0
        sun = np.maximum(block["pv_current_a"][row, SINCE:], 0.0)
        block["battery_current_a"][row, SINCE:] = np.maximum(sun, 1.2 * (sun > 0.05))
        np.minimum(
            block["battery_voltage_v"][row, SINCE:],
            12.5,
            out=block["battery_voltage_v"][row, SINCE:],
        )
    return told(table_of(fleet, block))


def unplugged(fleet, row):
    """No pack: nothing in the dark, the charger's limit and no charge by day."""
    block = run(fleet)
    gone = dark(block)[row].copy()
    gone[:SINCE] = False
    for field in block.values:
        block[field][row, gone] = np.nan
    block.rows[row, gone] = 0
    day = np.arange(block.steps) >= SINCE
    day &= ~gone
    block["battery_voltage_v"][row, day] = 14.6
    block["battery_current_a"][row, day] = 0.0
    block["pv_current_a"][row, day] = 0.0
    return told(table_of(fleet, block))


@pytest.fixture(scope="module")
def collapsed():
    """Rows 4 and lithium 42 hold a tenth from a day on; row 9 fades to it over six weeks."""
    fleet = mixed_fleet()
    for row in (4, LITHIUM.start + 2):
        fleet.use[row] *= 1.5
        fleet.health[row, BREAK:] = 0.06
        fleet.resistance[row, BREAK:] *= 3
    fleet.use[9] = fleet.use[4]
    fleet.health[9] = np.interp(np.arange(DAYS), [0, 10, DAYS - 1], [0.9, 0.9, 0.06])
    return told(table_of(fleet))


def test_a_shorted_cell_is_found_within_the_week():
    found = judged(shorted(mixed_fleet(), [3, 7]), DETECTOR)
    assert set(found) == {3, 7}
    assert max(found.values()) <= BREAK + 7


def test_a_cell_less_without_any_charge_is_the_panels_fault():
    fleet = mixed_fleet()
    fleet.connected[3, BREAK:] = False
    block = run(fleet)
    block["battery_voltage_v"][3, SINCE:] -= 2.05
    assert judged(told(table_of(fleet, block)), DETECTOR) == {}


def test_a_pack_that_is_gone_is_found():
    found = judged(unplugged(mixed_fleet(), 5), DETECTOR)
    assert list(found) == [5]
    assert found[5] <= BREAK + 5


PUSHED = {"battery_v_max": 13.85, "battery_v_min": 11.4, "in_ah": 60.0, "sun_net_ah": 60.0}
GONE_MUTE = {"night_seen": 0.0, "dusk_v": np.nan, "dawn_v": np.nan, "used_ah": 0.0}
AT_ONCE = {"to_limit_ah": 0.5, "battery_v_max": 14.6}


def with_columns(row, **changed):
    """The sound village; one system's columns changed over its last four days."""
    table = healthy_village()
    values = {name: np.array(table[name]) for name in table.values}
    for name, value in changed.items():
        values[name][row, DAYS - 4 :] = value
    return replace(table, values=values)


def test_five_cells_under_a_strong_panel_are_short_of_the_limit_and_never_full():
    mute = {"night_seen": 0.0, "used_ah": 0.0}
    assert DETECTOR.judge(with_columns(4, **PUSHED, **mute), DAYS - 1).set[4]
    for twin in ({"battery_v_max": 14.5}, {"battery_v_min": 12.4}, {"sun_net_ah": 3.0}):
        table = with_columns(4, **PUSHED, **mute)
        for name, value in twin.items():
            table[name][4, DAYS - 4 :] = value
        assert not DETECTOR.judge(table, DAYS - 1).set[4], twin


def test_a_pack_that_is_mute_all_night_and_full_with_the_first_sun_is_open():
    usual = float(np.nanmedian(healthy_village()["in_ah"][4]))
    gone = {**GONE_MUTE, **AT_ONCE, "in_ah": 0.25 * usual}
    assert DETECTOR.judge(with_columns(4, **gone), DAYS - 1).set[4]
    for twin in ({"to_limit_ah": 8.0}, {"night_seen": 1.0, "dawn_v": 12.7}):
        assert not DETECTOR.judge(with_columns(4, **{**gone, **twin}), DAYS - 1).set[4], twin


def test_a_pack_that_collapses_is_found_and_one_that_fades_is_not(collapsed):
    found = judged(collapsed, DETECTOR)
    assert 4 in found
    assert found[4] <= BREAK + 8
    assert 9 not in found
    assert set(found) <= {4, LITHIUM.start + 2}


def test_the_fading_twin_is_degraded(collapsed):
    assert 9 in judged(collapsed, DEGRADED)


def test_a_pack_that_broke_is_not_called_worn_on_that_day(collapsed):
    day = judged(collapsed, DETECTOR)[4]
    assert not DEGRADED.judge(collapsed, day).set[4]


def test_a_sound_village_through_wet_weeks_and_haze_has_none():
    for seed in (1, 2):
        assert judged(healthy_village(seed), DETECTOR) == {}


def test_a_lost_panel_is_no_broken_battery():
    fleet = mixed_fleet()
    fleet.connected[2, BREAK:] = False
    fleet.use[2] *= 1.5
    assert judged(told(table_of(fleet)), DETECTOR) == {}


def test_a_gateway_that_is_silent_at_night_is_no_broken_battery():
    fleet = mixed_fleet()
    block = run(fleet)
    night = dark(block)
    night[:, :SINCE] = False
    for field in block.values:
        block[field][night] = np.nan
    block.rows[night] = 0
    assert judged(told(table_of(fleet, block)), DETECTOR) == {}


def test_a_sound_battery_clears_it():
    table = healthy_village()
    assert DETECTOR.judge(table, DAYS - 1).clear[:40].sum() > 30
    broken = shorted(mixed_fleet(), [3])
    assert not DETECTOR.judge(broken, DAYS - 1).clear[3]


def test_two_days_say_nothing():
    first = DETECTOR.judge(healthy_village(), 1)
    assert not first.set.any()
    assert not first.clear.any()


@pytest.fixture(scope="module")
def changed():
    """From a day on row 6 has a broken strap, row 8 twice the use, row 11's meter shows less."""
    fleet = mixed_fleet()
    fleet.use[[6, 8, 11]] = 0.8
    fleet.health[6, BREAK:] = 0.35
    fleet.resistance[6, BREAK:] *= 5
    fleet.use[8, BREAK:] = 1.6
    block = run(fleet)
    block["battery_voltage_v"][11, SINCE:] -= 0.25
    return told(table_of(fleet, block))


def test_a_broken_strap_shows_at_a_use_that_empties_nothing(changed):
    found = judged(changed, DETECTOR)
    assert found.get(6, DAYS) <= BREAK + 10


def test_more_use_and_a_meter_that_slipped_are_no_broken_battery(changed):
    assert not {8, 11} & set(judged(changed, DETECTOR))
