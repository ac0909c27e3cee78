"""The sunlit samples of a panel, and when it is away."""

import numpy as np
import pytest

from analytics.indicators.panel_share import open_circuit, panel_current, sunlit
from tests.fixtures.village_physics import SAMPLES
from tests.fixtures.village_views import view_of


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
