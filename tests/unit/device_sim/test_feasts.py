from datetime import UTC, date, datetime

import pytest

from collector.domain.clock import DAY_S
from device_sim.feasts import easter_sunday, is_feast


def utc_day(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() // DAY_S)


@pytest.mark.parametrize(
    ("year", "month", "day"), [(1999, 4, 4), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5)]
)
def test_easter_falls_where_the_calendar_has_it(year, month, day):
    assert easter_sunday(year) == date(year, month, day)


@pytest.mark.parametrize(("month", "day"), [(12, 25), (8, 17), (1, 1), (4, 5), (4, 4)])
def test_feasts_are_kept(month, day):
    assert is_feast(utc_day(2026, month, day))


def test_most_days_are_no_feasts():
    first = utc_day(2026, 1, 1)
    assert sum(is_feast(day) for day in range(first, first + 365)) == 8
    assert not is_feast(utc_day(2026, 4, 6))
