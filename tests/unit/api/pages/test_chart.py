"""Lines, gaps, bands and axes."""

import math

import numpy as np
import pytest

from api.pages.chart import HEIGHT, Scale, Trace, areas, curve, lines, runs, scale_of
from api.pages.window import window
from api.readings.neighbours import Band
from tests.unit.api.world import NOW_S

AT = window(1, NOW_S, "Asia/Makassar")
NONE = np.full(3, np.nan)


def moments(count: int, step_s: int = 900) -> np.ndarray:
    return AT.start_s + step_s * np.arange(count)


def trace(values, time_s=None) -> Trace:
    time_s = moments(len(values)) if time_s is None else time_s
    return Trace(time_s, np.array(values, float), runs(time_s))


def test_an_unbroken_curve_is_one_path():
    chart = curve(AT, trace([12.0, 12.5, 13.0]), from_zero=False)
    assert len(chart.lines) == 1
    assert chart.lines[0].startswith("M0 ")
    assert chart.lines[0].count("L") == 2
    assert (chart.lowest, chart.highest) == (12.0, 13.0)


def test_a_missing_value_breaks_the_line():
    chart = curve(AT, trace([12.0, 12.5, np.nan, 13.0, 12.8]), from_zero=False)
    assert len(chart.lines) == 2


def test_silence_of_three_intervals_breaks_the_line_and_less_does_not():
    short = moments(8)[[0, 1, 2, 5, 6, 7]]
    long = moments(9)[[0, 1, 2, 6, 7, 8]]
    assert len(curve(AT, trace([12.0] * 6, short), from_zero=False).lines) == 1
    assert len(curve(AT, trace([12.0] * 6, long), from_zero=False).lines) == 2


def test_a_slow_reporter_is_judged_by_its_own_interval():
    slow = moments(10, 3600)
    assert runs(slow).max() == 0
    assert runs(np.delete(slow, [4, 5, 6])).max() == 1


def test_a_lone_reading_is_a_dot():
    chart = curve(AT, trace([np.nan, 12.5, np.nan]), from_zero=False)
    assert len(chart.lines) == 1
    assert chart.lines[0].endswith("h1")


@pytest.mark.parametrize("from_zero", [True, False])
def test_nothing_measured_is_an_empty_chart(from_zero):
    for nothing in (trace([]), trace(NONE)):
        chart = curve(AT, nothing, from_zero=from_zero)
        assert chart.empty
        assert math.isnan(chart.lowest)


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([12.3, 14.4], 12, 16),
        ([12.3, 13.2], 12, 14),
        ([13.0, 13.0], 13, 15),
        ([11.2, 14.4], 11, 15),
    ],
)
def test_voltage_axes_have_whole_labels(values, low, high):
    scale = scale_of([np.array(values)], from_zero=False)
    assert (scale.low, scale.high) == (low, high)
    assert scale.decimals == 0


@pytest.mark.parametrize(("top", "high"), [(0.15, 0.2), (0.9, 1), (3.8, 4), (60, 60), (999, 999)])
def test_current_axes_start_at_zero(top, high):
    scale = scale_of([np.array([0.0, top])], from_zero=True)
    assert (scale.low, scale.high) == (0, high)


def test_what_lies_outside_is_drawn_at_the_edge():
    assert Scale(0, 2).y(np.array([-1.0, 0.0, 1.0, 2.0, 9.0])).tolist() == [
        HEIGHT,
        HEIGHT,
        HEIGHT / 2,
        0,
        0,
    ]


def test_a_band_is_closed_and_stops_where_neighbours_are_unknown():
    x = np.arange(5.0)
    low = np.array([1, 1, np.nan, 1, 1.0])
    paths = areas(x, low, low + 1)
    assert len(paths) == 2
    assert all(p.endswith("z") for p in paths)


def test_the_band_stretches_the_axis():
    around = Band(moments(3), np.full(3, 10.0), np.full(3, 12.0), np.full(3, 15.0), 9)
    chart = curve(AT, trace([13.0, 13.0, 13.0]), from_zero=False, around=around)
    assert (chart.scale.low, chart.scale.high) == (10, 16)
    assert len(chart.bands) == len(chart.medians) == 1


def test_lines_never_leave_the_drawing():
    rng = np.random.default_rng(0)
    time_s = moments(96)
    path = lines(AT.x(time_s), Scale(10, 16).y(rng.normal(13, 5, 96)), np.zeros(96, np.int64))[0]
    numbers = [float(n) for n in path[1:].replace("L", " ").split()]
    assert min(numbers) >= 0
    assert max(numbers[1::2]) <= HEIGHT
