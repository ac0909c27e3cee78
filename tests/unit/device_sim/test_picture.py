from xml.etree import ElementTree as ET

import numpy as np

from device_sim.picture import Line, Picture, quantile_line

SPACE = "{http://www.w3.org/2000/svg}"


def drawn(*lines: Line) -> ET.Element:
    picture = Picture("Volts & <hours>", "hours", "V", (0.0, 24.0), (12.0, 14.0), list(lines))
    return ET.fromstring(picture.svg())


def corners(line: ET.Element) -> np.ndarray:
    return np.array([[float(v) for v in p.split(",")] for p in line.get("points", "").split()])


def test_every_line_is_drawn_and_named():
    x = np.array([0.0, 12.0, 24.0])
    root = drawn(Line("here", x, x / 24 + 12.5), Line("there", x, x / 24 + 13, 1, dashed=True))
    lines = list(root.iter(f"{SPACE}polyline"))
    assert len(lines) == 2
    assert [line.get("stroke-dasharray") is not None for line in lines] == [False, True]
    words = [t.text for t in root.iter(f"{SPACE}text")]
    assert {"here", "there", "hours", "V", "Volts & <hours>"} <= set(words)


def test_right_is_later_and_up_is_more():
    x = np.array([0.0, 24.0])
    at = corners(drawn(Line("a", x, np.array([12.0, 14.0]))).find(f".//{SPACE}polyline"))
    assert at[1, 0] > at[0, 0]
    assert at[1, 1] < at[0, 1]


def test_what_lies_beyond_the_axis_stays_at_its_edge():
    x = np.array([0.0, 12.0])
    at = corners(drawn(Line("a", x, np.array([14.0, 99.0]))).find(f".//{SPACE}polyline"))
    assert at[0, 1] == at[1, 1]


def test_a_population_is_a_rising_line():
    line = quantile_line("homes", (10, 50, 90), np.arange(101.0))
    assert line.x.tolist() == [10.0, 50.0, 90.0]
    assert line.y.tolist() == [10.0, 50.0, 90.0]


def test_the_same_picture_is_the_same_bytes():
    x = np.array([0.0, 24.0])
    pictures = [Picture("t", "x", "y", (0, 24), (0, 1), [Line("a", x, x)]).svg() for _ in range(2)]
    assert pictures[0] == pictures[1]
