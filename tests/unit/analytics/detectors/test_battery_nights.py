"""Nights count that begin full, are seen, and use what the battery can have been given."""

from dataclasses import replace

import numpy as np

from analytics.detectors.battery_nights import nights
from tests.fixtures.village_runs import DAYS, LITHIUM, healthy_village

HOME, PACK = 3, LITHIUM.start + 1
SOME = slice(30, 50)
GIVEN_AH = 4.0


def counted(row: int, used_ah: float, given_ah: float = GIVEN_AH) -> np.ndarray:
    """Whether the nights of one system count that use and are given so much."""
    table = healthy_village()
    values = {name: np.array(table[name]) for name in table.values}
    values["full_h"][row] = 4.0
    values["in_ah"][row], values["used_ah"][row, SOME] = given_ah, used_ah
    return nights(replace(table, values=values), DAYS - 1).counts[row, SOME]


def test_nights_paid_for_by_the_days_around_them_count():
    assert counted(HOME, GIVEN_AH).all()


def test_what_was_never_charged_was_not_used_but_measured_wrongly():
    assert not counted(HOME, 4.0 * GIVEN_AH).any()


def test_one_night_of_a_feast_counts_once_it_is_charged_back():
    assert counted(HOME, 4.0 * GIVEN_AH, 2.5 * GIVEN_AH).all()


def test_charge_that_nobody_measured_takes_no_night_away():
    assert counted(HOME, 4.0 * GIVEN_AH, np.nan).all()


def test_lithium_says_nothing_near_full():
    assert not counted(PACK, 3.0).any()
    assert counted(PACK, 6.0, 6.0).all()
    assert counted(HOME, 3.0).all()
