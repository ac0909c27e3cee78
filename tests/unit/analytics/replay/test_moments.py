"""Moments in words and in seconds."""

import pytest

from analytics.replay.moments import iso, seconds


@pytest.mark.parametrize(
    "text",
    ["1970-01-02", " 1970-01-02T00:00 ", "1970-01-02T00:00:00Z", "1970-01-02T08:00:00+08:00"],
)
def test_a_day_and_a_moment_are_utc_where_no_zone_stands(text):
    assert seconds(text) == 86_400.0


def test_a_moment_is_written_as_it_is_read():
    assert iso(86_400.9) == "1970-01-02T00:00:00Z"
    assert seconds(iso(1_748_736_123)) == 1_748_736_123


def test_other_words_are_no_moment():
    with pytest.raises(ValueError, match="yesterday"):
        seconds("yesterday")
