"""Time is passed in, never asked for in the middle of a computation."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

Clock = Callable[[], float]
"""Returns UTC seconds since 1970."""

DAY_S = 86_400


def system_clock() -> float:
    """The machine's own clock, UTC seconds."""
    return time.time()


@cache
def _zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone)


def utc(time_s: float) -> datetime:
    """The aware UTC datetime of a time in seconds."""
    return datetime.fromtimestamp(time_s, UTC)


def local(time_s: float, timezone: str) -> datetime:
    """The village's local time."""
    return datetime.fromtimestamp(time_s, _zone(timezone))


def local_day(time_s: float, timezone: str) -> date:
    """The village's local day at this moment."""
    return local(time_s, timezone).date()


def day_start_s(day: date, timezone: str) -> int:
    """UTC seconds at which the village's local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=_zone(timezone)).timestamp())


def utc_offset_s(timezone: str, day: date) -> int:
    """Seconds that local time is ahead of UTC. No zone of the programme has daylight saving."""
    offset = datetime(day.year, day.month, day.day, 12, tzinfo=_zone(timezone)).utcoffset()
    return int((offset or timedelta()).total_seconds())
