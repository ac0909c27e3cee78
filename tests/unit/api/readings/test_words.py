"""Readings in plain words."""

import numpy as np
import pytest

from api.readings.service import Reading
from api.readings.words import Age, age_of, battery_flow, light
from collector.domain.fields import FIELD_INDEX, FIELDS


def reading(**values: float) -> Reading:
    row = np.full(len(FIELDS), np.nan)
    for name, value in values.items():
        row[FIELD_INDEX[name]] = value
    return Reading("KPK-0001", 0, row, 0)


@pytest.mark.parametrize(
    ("values", "on", "words"),
    [
        ({"load_current_a": 0.6}, True, "Menyala"),
        ({"load_current_a": 0.02}, False, "Padam"),
        ({"load_current_a": 0.0, "load_state": 1}, False, "Siap, tidak ada yang menyala"),
        ({"load_current_a": 0.6, "load_state": 1}, True, "Menyala"),
        ({"load_current_a": 0.0, "load_state": 2}, False, "Diputus: baterai lemah"),
        ({"load_state": 5}, False, "Padam menurut jadwal atau siang"),
        ({"load_state": 1}, None, "Tidak diukur"),
        ({}, None, "Tidak diukur"),
    ],
)
def test_light(values, on, words):
    found = light(reading(**values))
    assert found.on is on
    assert found.words.id == words


@pytest.mark.parametrize(
    ("current_a", "words", "amount"),
    [(2.1, "mengisi", 2.1), (-0.8, "memakai", 0.8), (0.02, "diam", 0), (-0.02, "diam", 0)],
)
def test_the_battery_never_has_a_sign(current_a, words, amount):
    flow = battery_flow(current_a)
    assert (flow.words.id, flow.current_a) == (words, amount)


def test_an_unknown_current_says_nothing():
    assert battery_flow(float("nan")) is None


@pytest.mark.parametrize(
    ("minutes", "age"),
    [(0, Age.FRESH), (44, Age.FRESH), (45, Age.LATE), (90, Age.OLD), (180, Age.PAST)],
)
def test_age_counts_the_devices_own_intervals(minutes, age):
    assert age_of(0, minutes * 60) is age
    assert age_of(0, minutes * 60 * 4, interval_s=3600) is age
