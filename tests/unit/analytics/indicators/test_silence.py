"""Last words of a day, and nights that were not heard."""

from datetime import date

import numpy as np
import pytest

from analytics.indicators import load
from analytics.indicators.day_view import FIELDS_READ, day_view, facts_of
from analytics.indicators.silence import INDICATORS, measure
from collector.domain.block import Block, empty_block
from collector.domain.clock import DAY_S, day_start_s
from tests.fixtures.village_physics import VILLAGE, systems

START_S = day_start_s(date(2026, 3, 1), VILLAGE.timezone) - DAY_S // 2


def block() -> Block:
    """The voltage falls by 0.01 V a quarter of an hour."""
    found = empty_block(("A", "B"), START_S, START_S + 144 * 900, 900, FIELDS_READ)
    found["battery_voltage_v"][:] = 13.0 - 0.01 * np.arange(144)
    found["load_current_a"][:] = 0.4
    found.rows[:] = 1
    return found


def silenced(row: int, first: int, end: int = 144) -> Block:
    b = block()
    b.rows[row, first:end] = 0
    for values in b.values.values():
        values[row, first:end] = np.nan
    return b


def of(b: Block) -> dict[str, np.ndarray]:
    return measure(day_view(b, 1, VILLAGE, facts_of(systems(2))))


def test_every_indicator_is_there():
    assert set(of(block())) == {i.name for i in INDICATORS}


def test_a_whole_day_ends_at_midnight():
    found = of(block())
    assert found["last_h"] == pytest.approx(np.full((2, 1), 24.0))
    assert found["last_v"] == pytest.approx(np.full((2, 1), 13.0 - 1.43), abs=1e-4)
    assert found["last_fall_v"] == pytest.approx(np.full((2, 1), 0.12), abs=1e-4)
    assert found["night_heard"] == pytest.approx(np.ones((2, 1)))


def test_last_words_are_those_before_the_silence():
    found = of(silenced(1, 48 + 40))
    assert found["last_h"][1, 0] == pytest.approx(10.0)
    assert found["last_v"][1, 0] == pytest.approx(13.0 - 0.87, abs=1e-4)
    assert found["last_h"][0, 0] == 24.0


def test_a_day_without_a_word_has_none():
    found = of(silenced(1, 0))
    assert np.isnan(found["last_v"][1, 0])
    assert np.isnan(found["last_h"][1, 0])
    assert found["night_heard"][1, 0] == 0.0


def test_half_a_night_missing_is_half_heard():
    assert of(silenced(0, 24, 48))["night_heard"][0, 0] == pytest.approx(0.5, abs=0.1)


def test_the_loads_day():
    b = block()
    b["load_current_a"][0, 100] = 1.5
    b["load_current_a"][1, 48:] = 0.1
    found = load.measure(day_view(b, 1, VILLAGE, facts_of(systems(2))))
    assert set(found) == {i.name for i in load.INDICATORS}
    assert found["load_a_max"][0, 0] == 1.5
    assert found["load_a_min"][1, 0] == pytest.approx(0.1)
    assert found["load_wh"][1, 0] == pytest.approx(0.1 * 24 * 12.04, rel=0.01)
