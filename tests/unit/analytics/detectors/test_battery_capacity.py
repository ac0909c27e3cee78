"""What nights say of a battery's capacity, on batteries whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.battery_capacity import usable_capacity
from analytics.detectors.battery_memory import OLDEST_DAYS, RECENT_DAYS, remembered
from tests.fixtures.village_physics import Fleet, run, systems, table_of, weather
from tests.fixtures.village_runs import DAYS, LITHIUM, healthy_village, mixed_fleet, with_silence

LAST = DAYS - 1
SHARES = (0.95, 0.75, 0.55, 0.4, 0.25)


@pytest.fixture(scope="module")
def ladder():
    """Five lead-acid and five lithium homes, well used, that wear from sound to these."""
    fleet = mixed_fleet(4)
    rows = np.array([1, 2, 3, 4, 6, *range(LITHIUM.start, LITHIUM.start + 5)])
    fleet.use[rows] = 1.4
    for row, share in zip(rows, SHARES * 2, strict=True):
        fleet.health[row] = np.interp(np.arange(DAYS), [12, 34], [0.95, share])
    return rows, usable_capacity(with_silence(table_of(fleet)), LAST)


def test_less_capacity_is_told_as_less(ladder):
    rows, capacity = ladder
    lead = capacity.share[rows[:5]]
    assert (np.diff(lead) < 0.03).all()
    np.testing.assert_allclose(lead, SHARES, atol=0.2)


def test_the_worn_are_likely_worn_and_the_sound_are_not(ladder):
    rows, capacity = ladder
    assert (capacity.worn[rows[3:5]] > 0.6).all()
    assert (capacity.worn[rows[:1]] < 0.1).all()
    assert capacity.worn[rows[9]] > 0.6
    assert capacity.worn[rows[5]] < 0.3


def test_probabilities_and_shares_stay_in_their_bounds(ladder):
    _, capacity = ladder
    known = np.isfinite(capacity.worn)
    assert ((capacity.worn[known] >= 0) & (capacity.worn[known] <= 1)).all()
    assert ((capacity.share[known] > 0.1) & (capacity.share[known] < 1.05)).all()


def test_the_same_battery_before_is_what_it_is_held_against():
    fleet = mixed_fleet(2)
    fleet.use[2] = 1.3
    fleet.health[2] = np.interp(np.arange(DAYS), [0, 20, LAST], [0.95, 0.95, 0.35])
    capacity = usable_capacity(with_silence(table_of(fleet)), LAST)
    assert capacity.past_share[2] > 0.75
    assert capacity.share[2] < 0.65


def test_a_meter_off_by_a_fifth_of_a_volt_is_no_worn_battery():
    fleet = mixed_fleet(2)
    block = run(fleet)
    block["battery_voltage_v"][5] -= 0.2
    capacity = usable_capacity(with_silence(table_of(fleet, block)), LAST)
    assert capacity.worn[5] < 0.8


def test_five_nights_are_needed():
    capacity = usable_capacity(healthy_village(), 3)
    assert np.isnan(capacity.share).all()
    assert np.isnan(capacity.worn).all()


def test_alone_a_battery_is_held_against_the_tables_with_more_doubt():
    fleet = Fleet(systems(1), DAYS, seed=5, sky=weather(DAYS, 5))
    capacity = usable_capacity(with_silence(table_of(fleet)), LAST)
    assert 0.5 < capacity.share[0] < 1.0
    assert capacity.worn[0] < 0.5


def test_the_newest_answer_is_kept_for_the_same_table_alone():
    table = healthy_village()
    first = usable_capacity(table, LAST)
    assert usable_capacity(table, LAST) is first
    assert usable_capacity(table, LAST - 1) is not first
    blank = {name: np.full_like(table[name], np.nan) for name in table.values}
    assert np.isnan(usable_capacity(replace(table, values=blank), LAST).share).all()


def test_a_short_history_is_remembered_whole_and_a_long_one_by_its_ends():
    table = healthy_village()
    part, columns = remembered(table, LAST)
    assert columns.tolist() == list(range(DAYS))
    np.testing.assert_array_equal(part["dawn_v"], table["dawn_v"])
    many = 7 * DAYS
    values = {name: np.tile(table[name], (1, 7)) for name in table.values}
    long = replace(table, days=tuple(table.days) * 7, values=values)
    part, columns = remembered(long, many - 1)
    assert columns.size == RECENT_DAYS + OLDEST_DAYS == len(part.days)
    assert columns[0] == 0
    assert columns[-1] == many - 1
    np.testing.assert_array_equal(part["dawn_v"], long["dawn_v"][:, columns])


def test_one_night_far_below_the_others_does_not_speak_for_all():
    """A feast, or a meter that slips at dawn, in a village that is otherwise as it was."""
    table = healthy_village()
    sound = usable_capacity(table, LAST)
    dawn_v = np.array(table["dawn_v"])
    seen = np.isfinite(sound.excess_v[:, -10:])
    rows = np.flatnonzero(seen.any(axis=1) & (sound.nights >= 5))[:6]
    newest = DAYS - 1 - np.argmax(seen[rows, ::-1], axis=1)
    dawn_v[rows, newest] = 10.0
    slipped = usable_capacity(replace(table, values={**table.values, "dawn_v": dawn_v}), LAST)
    assert rows.size == 6
    assert (slipped.worn[rows] < 0.3).all()
    assert (np.abs(slipped.deeper[rows] - sound.deeper[rows]) < 0.5).all()
