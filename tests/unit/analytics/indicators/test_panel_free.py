"""When a panel is free or held back, told from single samples, and what it gives of its rating."""

import numpy as np
import pytest

from analytics.indicators.panel_free import held_back, pinned_to_battery, share_of_rated
from analytics.indicators.panel_share import sunlit
from tests.fixtures.village_physics import SAMPLES
from tests.fixtures.village_views import view_of


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


AMPS = np.where(np.abs((np.arange(SAMPLES) + 0.5) / 4 - 12.0) < 5.5, 1.0, 0.0)


def pwm(volts, above: float | np.ndarray = 0.3):
    """A panel at its battery's voltage and ``above`` [V] more."""
    return view_of(1, battery_voltage_v=volts, pv_voltage_v=volts + above, pv_current_a=AMPS)


def test_a_panel_at_its_batterys_voltage_is_behind_a_switch():
    volts = charge(14.4)
    assert pinned_to_battery(pwm(volts)).all()
    assert not pinned_to_battery(pwm(volts, above=4.5)).any()
    assert not pinned_to_battery(view_of(1, battery_voltage_v=volts, pv_current_a=AMPS)).any()


def test_a_pinned_panel_is_free_on_a_voltage_that_stands_still():
    """Lithium stays near 13.6 V for hours; the panel at its side shows that nothing holds it."""
    volts = np.minimum(charge(13.6), 13.6)
    volts[58:62] = 14.3
    held = held_back(pwm(volts))[0, 0]
    assert not held[: 50 - sunlit(view_of(1)).start].any()
    assert held_back(view_of(1, battery_voltage_v=volts))[0, 0, 44 - sunlit(view_of(1)).start]


def test_once_let_go_it_counts_as_held_until_the_evening():
    """A cloud pins it again for a sample: only dim samples would be left to judge it by."""
    volts, above = 12.4 + np.arange(SAMPLES) * 0.008, np.full(SAMPLES, 0.3)
    above[44:] = 3.0
    above[50] = 0.3
    held = held_back(pwm(volts, above))[0, 0]
    first = sunlit(view_of(1)).start
    assert not held[: 44 - first].any()
    assert held[44 - first :][volts[44 : first + 40] >= 12.8].all()
    assert held[50 - first]


def test_behind_a_tracker_power_counts_and_behind_a_switch_current():
    volts = charge(14.4)
    rated_a = view_of(1).facts.panel_a[0, 0]
    switch = share_of_rated(pwm(volts))[0, 0]
    tracker = share_of_rated(pwm(volts, above=35.0 - volts))[0, 0]
    np.testing.assert_allclose(switch[4:36], 1.0 / rated_a, rtol=1e-5)
    np.testing.assert_allclose(tracker[4:36], 2.0 / rated_a, rtol=1e-5)


def test_a_tracker_that_shows_no_panel_voltage_is_told_by_its_current():
    share = share_of_rated(view_of(1, pv_current_a=AMPS, battery_voltage_v=charge(14.4)))[0, 0]
    np.testing.assert_allclose(share[4:36], 1.0 / view_of(1).facts.panel_a[0, 0], rtol=1e-5)
