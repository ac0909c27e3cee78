"""Days on which homes burn light until late: the calendar of Timor and Maluku."""

from datetime import date, timedelta
from functools import cache

from collector.domain.clock import DAY_S

_FIXED = ((1, 1), (8, 17), (12, 24), (12, 25), (12, 26), (12, 31))
"""New Year, Independence Day, Christmas and the last of the year."""
_EPOCH = date(1970, 1, 1)
_HOURS_EAST_S = 8 * 3600


@cache
def is_feast(day: int) -> bool:
    """Whether the local evening of a UTC day since 1970 is a feast: fixed days and Easter."""
    today = _EPOCH + timedelta(seconds=day * DAY_S + _HOURS_EAST_S)
    easter = easter_sunday(today.year)
    return (today.month, today.day) in _FIXED or 0 <= (easter - today).days <= 1


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Butcher's rule, 1876)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, skipped = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - moon + 15) % 30
    week = (32 + 2 * skipped + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * week) // 451
    month, day = divmod(epact + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
