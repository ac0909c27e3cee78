from dataclasses import replace

import numpy as np
import pytest

from device_sim.inputs import inputs_of
from device_sim.levers import Levers
from device_sim.weather import Weather
from tests.fixtures.simulated_field import DAY, mixed_fleet

FLEET = mixed_fleet()
CLEAN = np.zeros(len(FLEET), np.float32)
NOON = 16
STREET = 9


@pytest.fixture(scope="module")
def today():
    return Weather(FLEET.villages, 1).day(DAY)


def inputs(today, levers: Levers | None = None, dirt=CLEAN):
    return inputs_of(FLEET, today, levers or Levers.untouched(len(FLEET)), dirt, DAY)


def test_a_days_inputs_are_laid_out_by_step(today):
    found = inputs(today)
    arrays = (found.wanted_a, found.level, found.air_c, found.panels.photo_a, found.panels.open_v)
    for array in arrays:
        assert array.shape == (96, len(FLEET))
        assert array.dtype == np.float32
        assert array[0].flags.c_contiguous
    assert np.array_equal(found.panel(NOON).photo_a, found.panels.photo_a[NOON])


def test_larger_panels_give_more(today):
    panels = inputs(today).panel(NOON)
    power = panels.peak_v * panels.peak_a
    assert power[8] > 2 * power[0]  # 300 W at 24 V against 50 W at 12 V
    assert power[6] < power[7]  # 20 W against 50 W in the same village


def test_more_cells_give_more_volts_and_less_current_for_the_same_power(today):
    panels = inputs(today).panel(NOON)
    few, many = replace(FLEET.modules, cells=np.full(len(FLEET), 36, np.float32)), FLEET.modules
    fleet = replace(FLEET, modules=few)
    small = inputs_of(fleet, today, Levers.untouched(len(FLEET)), CLEAN, DAY).panel(NOON)
    for mine, other, factor in (
        (panels.open_v, small.open_v, 60 / 36),
        (panels.peak_v, small.peak_v, 60 / 36),
        (panels.photo_a, small.photo_a, 36 / 60),
        (panels.peak_a, small.peak_a, 36 / 60),
    ):
        assert many.cells[8] == 60
        assert mine[8] == pytest.approx(factor * other[8], rel=1e-5)
        assert np.array_equal(mine[:8], other[:8])


def test_dirt_and_shade_take_light_away(today):
    plain = inputs(today).panels.photo_a[NOON]
    dirty = inputs(today, dirt=np.full(len(FLEET), 0.3, np.float32)).panels.photo_a[NOON]
    assert dirty == pytest.approx(0.7 * plain, rel=1e-5)
    levers = Levers.untouched(len(FLEET))
    levers.light[2, NOON] = 0.5
    shaded = inputs(today, levers).panels.photo_a
    assert shaded[NOON, 2] == pytest.approx(0.5 * plain[2], rel=1e-5)
    assert shaded[NOON, 1] == plain[1]
    assert shaded[NOON + 1, 2] == inputs(today).panels.photo_a[NOON + 1, 2]


def test_an_open_panel_gives_neither_current_nor_voltage(today):
    levers = Levers.untouched(len(FLEET))
    levers.panel_open[3] = True
    found = inputs(today, levers)
    assert not found.panels.photo_a[:, 3].any()
    panels = found.panel(NOON)
    for array in (panels.photo_a, panels.open_v, panels.peak_v, panels.peak_a):
        assert array[3] == 0
        assert array[2] > 0


def test_a_lamp_lever_dims_one_lamp(today):
    levers = Levers.untouched(len(FLEET))
    levers.lamp[STREET] = 0.25
    plain, dimmed = inputs(today).wanted_a, inputs(today, levers).wanted_a
    assert dimmed[:, STREET] == pytest.approx(0.25 * plain[:, STREET])
    assert np.array_equal(dimmed[:, :STREET], plain[:, :STREET])


def test_only_lamp_posts_have_a_lamp_level(today):
    level = inputs(today).level
    assert level[:, [9, 10]].max() == 1.0
    assert not np.delete(level, [9, 10], axis=1).any()


def test_a_24_v_systems_current_is_half(today):
    twelve = inputs(today).wanted_a[:, 8].sum() * FLEET.blocks[8]
    assert twelve > inputs(today).wanted_a[:, 8].sum()
    assert FLEET.blocks[8] == 2.0
