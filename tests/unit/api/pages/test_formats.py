"""Numbers and times as people here write them."""

import math

import pytest

from api.pages.formats import MISSING
from api.pages.render import formats
from api.pages.window import window
from tests.unit.api.world import NOW_S

ID, EN = formats("id"), formats("en")
NBSP = "\u00a0"


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


def test_numbers():
    assert (ID.number(1164), EN.number(1164)) == ("1.164", "1,164")
    assert (ID.number(13.25, 1), EN.number(13.25, 1)) == ("13,2", "13.2")
    assert (ID.number(-0.2), ID.number(-0.04, 1)) == ("0", "0,0")
    assert ID.number(math.nan, 1) == MISSING


def test_quantities_stay_on_one_line_and_missing_has_no_unit():
    assert ID.volts(13.2) == f"13,2{NBSP}V"
    assert ID.amperes(-0.84) == f"0,8{NBSP}A"
    assert ID.volts(math.nan) == MISSING
    assert ID.quantity(80, "W", 0) == f"80{NBSP}W"


def test_times_are_the_villages_with_their_zone():
    assert plain(ID.clock(NOW_S, "Asia/Makassar")) == "14:05 WITA"
    assert plain(ID.clock(NOW_S, "Asia/Jayapura")) == "15:05 WIT"
    assert plain(ID.moment(NOW_S, "Asia/Makassar")) == "22 Nov 2026 14:05 WITA"
    assert plain(ID.day(NOW_S - 92 * 86_400, "Asia/Makassar")) == "22 Agu 2026"
    assert plain(EN.day(NOW_S - 92 * 86_400, "Asia/Makassar")) == "22 Aug 2026"


def test_data_of_another_day_says_so():
    today, yesterday = NOW_S - 3600, NOW_S - 86_400
    assert plain(ID.data_time(today, NOW_S, "Asia/Makassar")) == "13:05 WITA"
    assert plain(ID.data_time(yesterday, NOW_S, "Asia/Makassar")) == "21 Nov 2026 14:05 WITA"


@pytest.mark.parametrize(
    ("seconds", "indonesian", "english"),
    [
        (20, "1 menit", "1 minute"),
        (12 * 60, "12 menit", "12 minutes"),
        (3600, "1 jam", "1 hour"),
        (47.9 * 3600, "47 jam", "47 hours"),
        (48 * 3600, "2 hari", "2 days"),
        (1500 * 86_400, "1.500 hari", "1,500 days"),
    ],
)
def test_durations(seconds, indonesian, english):
    assert ID.duration(seconds) == indonesian
    assert EN.duration(seconds) == english


def test_ago_and_left():
    assert ID.ago(NOW_S - 5, NOW_S) == "baru saja"
    assert ID.ago(NOW_S + 500, NOW_S) == "baru saja"
    assert EN.ago(NOW_S - 7200, NOW_S) == "2 hours ago"
    assert ID.left(NOW_S + 5 * 3600, NOW_S) == "sisa 5 jam"
    assert ID.left(NOW_S - 3 * 86_400, NOW_S) == "lewat 3 hari"
    assert EN.left(NOW_S - 3 * 86_400, NOW_S) == "3 days late"


def test_axis_and_rows_follow_the_window():
    day, week, month = (window(n, NOW_S, "Asia/Makassar") for n in (1, 7, 30))
    assert ID.tick(NOW_S, day) == "14:05"
    assert ID.tick(NOW_S, week) == "22"
    assert plain(ID.tick(NOW_S, month)) == "22 Nov"
    assert ID.row_time(NOW_S, day) == "14:05"
    assert plain(ID.row_time(NOW_S, week)) == "22 Nov 14:05"
