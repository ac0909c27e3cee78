"""The daily indicators of a village whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.indicators.daily import INDICATORS, daily_indicators
from analytics.indicators.day_view import FIELDS_READ
from analytics.indicators.panel_profile import PARTS
from collector.domain.block import Block, empty_block
from collector.domain.clock import DAY_S, day_start_s
from collector.domain.device import Chemistry
from tests.fixtures.village_physics import FIRST_DAY, SAMPLES, STEP_S, VILLAGE, Fleet, run, systems

HALF = SAMPLES // 2


def total(found, what):
    """Hours given or due over all parts of the day, shape (systems, days)."""
    return np.sum([found[f"panel_{what}_{part}"] for part in PARTS], axis=0)


@pytest.fixture(scope="module")
def village():
    fleet = Fleet(systems(12), 6, seed=4, sky=np.ones(6))
    block = run(fleet)
    return fleet, block, daily_indicators(block, fleet.systems, VILLAGE, 6)


def flat_block(count=1, days=2):
    """Nothing happens: 12.6 V, no sun, a load of 0.5 A."""
    start = day_start_s(FIRST_DAY, VILLAGE.timezone) - DAY_S // 2
    b = empty_block(
        [s.code for s in systems(count)],
        start,
        start + days * DAY_S + DAY_S // 2,
        STEP_S,
        FIELDS_READ,
    )
    for field, level in zip(FIELDS_READ, (0.1, 0.0, 12.6, -0.5, 0.5, 25.0), strict=True):
        b[field][:] = level
    # A real sensor never stands still for half a day.
    b["battery_voltage_v"][:, ::7] += 0.01
    b.rows[:] = 1
    return b


def of(block, count=1, days=2, **facts):
    members = tuple(replace(s, **facts) for s in systems(count))
    return daily_indicators(block, members, VILLAGE, days)


def test_every_indicator_is_defined_and_every_defined_one_is_there(village):
    _, _, found = village
    assert set(found) == {i.name for i in INDICATORS}
    assert all(v.shape == (12, 6) and v.dtype == np.float32 for v in found.values())
    assert all(i.unit and i.equation and i.source for i in INDICATORS)


def test_a_days_numbers_do_not_depend_on_the_days_around_it(village):
    fleet, block, whole = village
    for first, days in ((0, 1), (1, 4), (3, 3), (5, 1)):
        columns = slice(first * SAMPLES, (first + days) * SAMPLES + HALF)
        part = Block(
            block.labels,
            block.start_s + first * DAY_S,
            block.step_s,
            {f: v[:, columns] for f, v in block.values.items()},
            block.rows[:, columns],
        )
        found = daily_indicators(part, fleet.systems, VILLAGE, days)
        for name, values in whole.items():
            np.testing.assert_allclose(
                found[name], values[:, first : first + days], rtol=1e-5, atol=1e-5, err_msg=name
            )


def test_a_block_too_short_is_refused_with_its_length(village):
    _, block, _ = village
    with pytest.raises(ValueError, match="columns from the noon before"):
        daily_indicators(block, systems(12), VILLAGE, 7)


def test_no_days_are_no_trouble(village):
    _, block, _ = village
    assert daily_indicators(block, systems(12), VILLAGE, 0)["rows"].shape == (12, 0)


def test_all_missing_gives_no_number_and_no_crash():
    b = empty_block(
        ("A",), flat_block().start_s, flat_block().start_s + 2 * DAY_S + 43200, 900, FIELDS_READ
    )
    found = of(b)
    assert (found["rows"] == 0).all()
    for name in ("battery_v_max", "full_h", "dawn_v", "last_load_v", "load_wh", "panel_v_max"):
        assert np.isnan(found[name]).all(), name


def test_used_charge_is_load_times_hours_of_darkness():
    found = of(flat_block())
    assert found["used_ah"][0, 1] == pytest.approx(0.5 * 11.2, rel=0.05)
    assert found["load_wh"][0, 1] == pytest.approx(0.5 * 12.6 * 24, rel=0.01)


def test_without_a_load_sensor_the_battery_tells_the_use():
    b = flat_block()
    b["load_current_a"][:] = np.nan
    assert of(b)["used_ah"][0, 1] == pytest.approx(0.5 * 11.2, rel=0.05)


def test_the_night_belongs_to_the_day_on_which_it_ends():
    b = flat_block()
    b["battery_voltage_v"][:, HALF : HALF + 4 * 6] = 11.9 + 0.001 * np.arange(24)
    found = of(b)
    assert found["dawn_v"][0, 0] == pytest.approx(11.92, abs=0.02)
    assert found["dawn_v"][0, 1] == pytest.approx(12.6, abs=0.02)


def test_resistance_shows_in_load_steps():
    b = flat_block()
    load = b["load_current_a"]
    load[:, 30:34] = 1.5
    b["battery_voltage_v"][:] -= 0.2 * (load - 0.5)
    found = of(b)
    assert found["step_va"][0, 0] / found["step_aa"][0, 0] == pytest.approx(0.2, abs=0.02)
    assert found["step_aa"][0, 1] == 0


def test_light_that_goes_out_is_dated_and_its_voltage_kept():
    b = flat_block()
    evening = slice(HALF - 12, None)  # from 21:00 local on the day before
    b["load_current_a"][:, evening] = 0.0
    b["battery_current_a"][:, evening] = 0.0
    b["battery_voltage_v"][:, HALF - 13] = 11.4
    found = of(b)
    assert found["last_load_v"][0, 0] == pytest.approx(11.4)
    assert found["last_load_a"][0, 0] == pytest.approx(0.5)
    assert found["dark_h"][0, 0] == pytest.approx(3.0 + 5.4, abs=0.5)
    assert np.isnan(found["dark_h"][0, 1])


def test_volts_of_a_24_v_system_are_told_as_of_12():
    b = flat_block()
    b["battery_voltage_v"][:] *= 2
    assert of(b, nominal_v=24.0)["battery_v_max"][0, 0] == pytest.approx(12.61, abs=0.01)


def test_full_hours_count_the_time_at_the_limit():
    b = flat_block()
    noon = HALF + SAMPLES // 2
    b["battery_voltage_v"][:, noon : noon + 8] = 14.3 + 0.01 * np.arange(8)
    assert of(b)["full_h"][0].tolist() == [2.0, 0.0]


def test_a_healthy_panel_gives_what_is_due(village):
    _, _, found = village
    ratio = total(found, "given").sum() / total(found, "due").sum()
    assert ratio == pytest.approx(1.0, abs=0.03)


def test_a_panel_held_back_is_not_compared():
    fleet = Fleet(systems(12), 3, seed=4, sky=np.ones(3))
    fleet.use[:] = 0.2
    block = run(fleet)
    found = daily_indicators(block, fleet.systems, VILLAGE, 3)
    assert (found["panel_wh"] > 0).all()
    # Most of the day is float: the free hours are far fewer than the sun's.
    assert total(found, "due").mean() < 2.0


def test_after_full_the_panel_counts_as_held_back_until_the_next_day():
    """In float the volts are low again, and the current is what the charger lets through."""
    fleet = Fleet(systems(12), 2, seed=4, sky=np.ones(2))
    block = run(fleet)
    block["battery_voltage_v"][:] = 13.0 + 0.05 * np.sin(np.arange(block.steps))
    hour = (np.arange(block.steps) * 0.25 + 12.0) % 24
    block["pv_current_a"][:] = np.maximum(2.5 * np.cos((hour - 11.7) * np.pi / 12), 0.0)
    noon = HALF + SAMPLES // 2
    block["battery_voltage_v"][0, noon : noon + 4] = 14.3
    block["pv_current_a"][0, noon + 4 : noon + 24] *= 0.2
    block["pv_voltage_v"][:] = block["battery_voltage_v"] + 0.3
    found = daily_indicators(block, fleet.systems, VILLAGE, 2)
    ratio = total(found, "given")[:, 0] / total(found, "due")[:, 0]
    np.testing.assert_allclose(ratio, 1.0, rtol=1e-5)
    assert total(found, "due")[0, 0] < 0.8 * total(found, "due")[1, 0]


def test_a_dirty_panel_gives_less_than_due():
    fleet = Fleet(systems(12), 4, seed=4, sky=np.ones(4))
    fleet.dirt[:] = 0.0
    fleet.dirt[0] = 0.3
    found = daily_indicators(run(fleet), fleet.systems, VILLAGE, 4)
    ratio = total(found, "given").sum(1) / total(found, "due").sum(1)
    assert ratio[0] == pytest.approx(0.7, abs=0.08)
    assert np.abs(ratio[1:] - 1.0).max() < 0.12


def test_few_systems_have_nobody_to_be_compared_with():
    fleet = Fleet(systems(3), 3, seed=4)
    found = daily_indicators(run(fleet), fleet.systems, VILLAGE, 3)
    assert (total(found, "due") == 0).all()
    assert np.isfinite(found["panel_clear"]).any()


def test_lithium_needs_no_other_kernel():
    fleet = Fleet(systems(7, chemistry=Chemistry.LFP), 3, seed=4)
    found = daily_indicators(run(fleet), fleet.systems, VILLAGE, 3)
    assert np.isfinite(found["dawn_v"][:, 1:]).all()


def test_the_block_given_is_left_as_it_was(village):
    fleet, block, _ = village
    before = {f: v.copy() for f, v in block.values.items()}
    daily_indicators(block, fleet.systems, VILLAGE, 6)
    for field, values in before.items():
        np.testing.assert_array_equal(values, block[field])


def test_order_of_systems_does_not_matter(village):
    fleet, block, found = village
    order = np.random.default_rng(0).permutation(12)
    turned = Block(
        tuple(block.labels[i] for i in order),
        block.start_s,
        block.step_s,
        {f: v[order] for f, v in block.values.items()},
        block.rows[order],
    )
    again = daily_indicators(turned, [fleet.systems[i] for i in order], VILLAGE, 6)
    for name, values in found.items():
        np.testing.assert_allclose(values[order], again[name], rtol=1e-5, equal_nan=True)
