"""When a panel is free, held back or away, told from single samples."""

import numpy as np
import pytest

from analytics.indicators.day_view import FIELDS_READ, day_view, facts_of
from analytics.indicators.panel_share import held_back, open_circuit, panel_current, sunlit
from collector.domain.block import empty_block
from collector.domain.clock import DAY_S, day_start_s
from tests.fixtures.village_physics import FIRST_DAY, SAMPLES, STEP_S, VILLAGE, systems

HALF = SAMPLES // 2


def view_of(count=8, **columns):
    """One local day of homes; ``columns`` (systems, samples) or (samples,) of that day by field."""
    start = day_start_s(FIRST_DAY, VILLAGE.timezone) - DAY_S // 2
    end = start + DAY_S // 2 + DAY_S
    block = empty_block([s.code for s in systems(count)], start, end, STEP_S, FIELDS_READ)
    for name, values in columns.items():
        block[name][:, HALF:] = values
    return day_view(block, 1, VILLAGE, facts_of(systems(count)))


def test_the_sunlit_hours_are_ten_around_solar_noon():
    view = view_of()
    hours = view.day_hours[sunlit(view)]
    assert hours.size == 40
    assert hours.mean() == pytest.approx(view.sun.noon_h, abs=0.15)


def test_a_current_that_is_not_shown_is_taken_from_the_battery_and_the_load():
    measured = np.ones(SAMPLES)
    view = view_of(2, battery_current_a=measured, load_current_a=0.5 * measured)
    view.block["pv_current_a"][0] = 3.0
    np.testing.assert_allclose(panel_current(view)[0], 3.0)
    np.testing.assert_allclose(panel_current(view)[1], 1.5)


def charge(top, rise=0.1, start=12.4):
    """A battery on its way up from sunrise, then held at ``top``."""
    hour = (np.arange(SAMPLES) + 0.5) / 4
    return np.minimum(start + np.maximum(hour - 6.0, 0.0) * 4 * rise, top)


@pytest.mark.parametrize("top", [13.6, 13.9, 14.4, 14.8])
def test_a_panel_is_free_until_its_battery_comes_near_the_voltage_it_is_held_at(top):
    volts = charge(top)
    view = view_of(1, battery_voltage_v=volts)
    held = held_back(view)[0, 0]
    now = volts[sunlit(view)]
    assert held[now >= top - 0.01].all()
    assert not held[now < min(top, 14.0) - 0.25].any()


def test_after_full_it_counts_as_held_although_the_volts_are_lower():
    volts = charge(14.4)
    volts[52:] = 13.3
    assert held_back(view_of(1, battery_voltage_v=volts))[0, 0, 30:].all()


def test_a_cloud_over_a_battery_held_at_a_low_float_frees_nothing():
    """Lithium held at 13.7 V: a cloud dips it, the sun lifts it again, the charger holds on."""
    volts = charge(13.7)
    volts[46], volts[50] = 13.3, 13.5
    held = held_back(view_of(1, battery_voltage_v=volts))[0, 0]
    first = sunlit(view_of(1)).start
    assert held[46 - first]
    assert held[50 - first]


def test_a_battery_that_never_gets_full_never_holds_its_panel_back():
    volts = 12.4 + 0.6 * np.sin(np.arange(SAMPLES) * np.pi / SAMPLES)
    assert not held_back(view_of(1, battery_voltage_v=volts)).any()


def test_a_voltage_that_stands_still_high_up_is_not_trusted():
    volts = charge(14.4)
    volts[30:40] = 13.7
    view = view_of(1, battery_voltage_v=volts)
    assert held_back(view)[0, 0, 30 - sunlit(view).start : 39 - sunlit(view).start].all()


def test_missing_volts_are_no_freedom():
    assert held_back(view_of(1)).all()


def gone_of(currents, volts=17.0):
    view = view_of(8, pv_voltage_v=volts)
    share = np.broadcast_to(np.asarray(currents, np.float32), (40, 8)).T[:, None, :].copy()
    return open_circuit(view, share, np.zeros(share.shape, bool))[:, 0]


def test_no_current_in_bright_light_is_an_open_circuit():
    gone = gone_of([0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    assert gone[0].all()
    assert not gone[1:].any()


def test_no_current_under_black_clouds_or_of_everybody_is_none():
    assert not gone_of([0.0, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03]).any()
    assert not gone_of([0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5]).any()


def test_no_voltage_by_day_is_one_even_where_no_current_is_wanted():
    volts = np.full((8, SAMPLES), 19.0)
    volts[0] = 0.3
    view = view_of(8, pv_voltage_v=volts)
    share = np.zeros((8, 1, 40), np.float32)
    gone = open_circuit(view, share, np.ones(share.shape, bool))
    assert gone[0].all()
    assert not gone[1:].any()
