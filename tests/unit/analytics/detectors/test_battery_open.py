"""An open cell shows by volts under the least load; meters, wear and heavy evenings do not."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.battery_failed_abruptly import DETECTOR
from analytics.detectors.battery_open import open_cell
from tests.fixtures.village_runs import DAYS, healthy_village

HOME = 3
BROKEN = slice(DAYS - 4, DAYS)
STRAP = {"fine_va": 0.08, "fine_aa": 0.01, "last_load_v": 11.9, "used_ah": 1.0}
"""Steps of 0.1 A that pull the battery down by 0.8 V: 8 ohm."""


def village(changed, nights=BROKEN):
    """The healthy village with these columns of one system changed on these nights."""
    table = healthy_village()
    values = {name: np.array(table[name]) for name in table.values}
    for name, value in changed.items():
        values[name][HOME, nights] = value
    return replace(table, values=values)


def found(table):
    mine = np.ones((len(table.systems), DAYS), bool)
    return np.flatnonzero(open_cell(table, DAYS - 1, mine)[0]).tolist()


def test_a_pack_that_falls_by_volts_under_a_phone_is_open():
    assert found(village(STRAP)) == [HOME]
    assert DETECTOR.judge(village(STRAP), DAYS - 1).set[HOME]


def test_the_sound_village_has_none():
    assert found(healthy_village()) == []


@pytest.mark.parametrize(
    "changed",
    [{"fine_va": 0.005}, {"last_load_v": 12.6}, {"used_ah": 30.0}],
    ids=["little resistance", "a meter that reads too few amperes", "more use"],
)
def test_each_part_of_the_evidence_is_asked_for(changed):
    assert found(village({**STRAP, **changed})) == []


def test_one_such_night_is_not_enough():
    table = village(STRAP, slice(DAYS - 1, DAYS))
    assert found(table) == []
    # ... to say it, but no open ticket is closed on it.
    assert not DETECTOR.judge(table, DAYS - 1).clear[HOME]


def test_nights_of_the_battery_before_say_nothing():
    table = village(STRAP)
    mine = np.zeros((len(table.systems), DAYS), bool)
    mine[:, DAYS - 2 :] = True
    assert not open_cell(table, DAYS - 1, mine)[0].any()


def test_without_a_load_meter_nothing_is_found():
    table = village(STRAP)
    for name in ("fine_va", "fine_aa", "used_ah"):
        table[name][:] = np.nan
    assert found(table) == []
