"""The stretch of time behind a curve."""

import numpy as np
import pytest

from api.pages.window import CELL_S, WIDTH, window
from collector.domain.clock import DAY_S, local
from tests.unit.api.world import NOW_S

WITA = "Asia/Makassar"


def test_one_day_is_the_last_24_hours_to_the_next_full_hour():
    at = window(1, NOW_S, WITA)
    assert at.end_s - at.start_s == DAY_S
    assert 0 <= at.end_s - NOW_S < 3600
    assert at.end_s % 3600 == 0


@pytest.mark.parametrize("days", [7, 30])
@pytest.mark.parametrize("zone", [WITA, "Asia/Jayapura"])
def test_longer_ones_are_whole_local_days_with_today_last(days, zone):
    at = window(days, NOW_S, zone)
    assert at.days == days
    assert local(at.start_s, zone).hour == local(at.end_s, zone).hour == 0
    assert at.end_s - DAY_S <= NOW_S < at.end_s


@pytest.mark.parametrize("days", CELL_S)
def test_places_run_from_edge_to_edge_and_ticks_stand_inside(days):
    at = window(days, NOW_S, WITA)
    assert at.x(np.array([at.start_s, at.end_s])).tolist() == [0, WIDTH]
    ticks = at.ticks_s()
    assert ticks[0] == at.start_s
    assert ticks[-1] <= at.end_s
    assert len(ticks) in {5, 7}


@pytest.mark.parametrize("days", CELL_S)
def test_half_of_the_time_is_night(days):
    nights = window(days, NOW_S, WITA).nights()
    assert sum(width for _, width in nights) == pytest.approx(WIDTH / 2, abs=days)
    assert all(x >= 0 and x + width <= WIDTH for x, width in nights)
    assert len(nights) == {1: 1, 7: 8, 30: 31}[days]
