"""What was due to a panel: the sun as its neighbours see it, whoever of them is free."""

import numpy as np
import pytest

from analytics.indicators.panel_profile import PARTS, profile
from analytics.indicators.panel_share import sunlit
from tests.fixtures.village_views import view_of

SUN = np.sin(np.linspace(0.15, np.pi - 0.15, 40)).astype(np.float32)


def shares(sizes):
    """Free shares of one day, (systems, 1, 40)."""
    return (np.asarray(sizes, np.float32)[:, None] * SUN)[:, None, :]


def measured(free):
    return profile(view_of(free.shape[0]), free)


def test_a_panel_gives_what_was_due_to_it_under_the_same_sun():
    found = measured(shares([1.0] * 8))
    np.testing.assert_allclose(found["panel_given"], found["panel_due"], rtol=1e-5)
    np.testing.assert_allclose(found["panel_given"][:, 0], SUN.sum() / 4, rtol=1e-4)


def test_parts_of_the_day_add_up_to_the_whole():
    found = measured(shares([1.0] * 8))
    total = sum(found[f"panel_given_{part}"] for part in PARTS)
    np.testing.assert_allclose(total, found["panel_given"], rtol=1e-4)


def test_what_is_due_does_not_move_with_who_is_left_free():
    """Half the registry says twice the panel; those batteries are full at noon and drop out."""
    free = shares([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    whole = measured(free.copy())
    free[:6, :, 22:] = np.nan
    found = measured(free)
    ratio = found["panel_given"][7] / found["panel_due"][7]
    usual = whole["panel_given"][7] / whole["panel_due"][7]
    assert ratio == pytest.approx(usual, rel=0.07)


def test_only_the_time_that_it_was_free_itself_is_due():
    free = shares([1.0] * 8)
    free[3, :, 10:] = np.nan
    found = measured(free)
    assert found["panel_due"][3, 0] == pytest.approx(SUN[:10].sum() / 4, rel=1e-4)
    assert found["panel_due"][4, 0] == pytest.approx(SUN.sum() / 4, rel=1e-4)


def test_without_neighbours_nothing_is_due_and_its_clear_hours_stay():
    found = measured(shares([1.0] * 3))
    assert not found["panel_due"].any()
    assert (found["panel_clear"] > 0.5).all()
    assert sunlit(view_of(3)).stop - sunlit(view_of(3)).start == SUN.size


def test_an_empty_day_gives_nothing_and_no_warning():
    found = measured(np.full((8, 1, 40), np.nan, np.float32))
    assert not found["panel_given"].any()
    assert np.isnan(found["panel_clear"]).all()
