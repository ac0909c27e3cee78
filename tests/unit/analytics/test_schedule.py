"""Every night is judged once; missed ones are made up for."""

from datetime import UTC, date, datetime

import pytest

from analytics.schedule import (
    AFTER_MIDNIGHT_S,
    MOST_MISSED_NIGHTS,
    nights_due,
    seconds_until_next,
)


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("now_s", "last", "due"),
    [
        (at(22, 12), None, [22]),
        (at(22, 12), 21, [22]),
        (at(22, 12), 22, []),
        (at(22, 12), 19, [20, 21, 22]),
        (at(22, 0, 5), 21, []),
        (at(22, 0, 10), 21, [22]),
        (at(22, 12), 25, []),
    ],
)
def test_nights_due(now_s, last, due):
    found = nights_due(now_s, date(2026, 11, last) if last else None)
    assert found == [date(2026, 11, day) for day in due]


def test_after_a_long_stop_only_the_last_nights_are_judged():
    found = nights_due(at(22, 12), date(2025, 1, 1))
    assert len(found) == MOST_MISSED_NIGHTS
    assert found[-1] == date(2026, 11, 22)


def test_the_next_night_is_due_shortly_after_midnight():
    assert seconds_until_next(at(22, 23)) == 3600 + AFTER_MIDNIGHT_S
    assert seconds_until_next(at(22, 0, 10)) == 86_400
