"""What a night looks back on: the indicators of all systems up to the last complete day."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from analytics.archive.refresh import LateDays, Reading, brought_up_to_date, late_days
from analytics.archive.silence import silence
from analytics.indicators.coverage import UNHEARD_DAYS
from analytics.indicators.daily import INDICATORS
from analytics.indicators.field_events import FieldEvent, event_columns
from analytics.indicators.receipt_clocks import ReceiptClocks
from analytics.indicators.table import IndicatorTable
from analytics.load import Neighbourhood, neighbourhoods
from collector.domain.clock import day_start_s
from collector.fleet.port import Fleet

LOOK_BACK_DAYS = 400
"""Days of history behind each night: a slow loss shows against the year before [K]."""
MOST_TOGETHER = 1200
"""Villages are judged together up to so many systems: few and wide arrays, and memory flat at some
200 MB."""


def as_of_s(day: date) -> float:
    """The moment that "as of ``day``" means: its 00:00 UTC."""
    return float(day_start_s(day, "UTC"))


def last_complete_day(as_of: date, timezone: str) -> date:
    """The last local day that had ended by 00:00 UTC of ``as_of``."""
    day = as_of - timedelta(days=1)
    while day_start_s(day + timedelta(days=1), timezone) > as_of_s(as_of):
        day -= timedelta(days=1)
    return day


def look_backs(
    reading: Reading, nights: Sequence[date], events: Sequence[FieldEvent] = ()
) -> Iterator[IndicatorTable]:
    """Tables that together hold the whole fleet, for some nights in a row, oldest first.

    What the archive lacks is computed and kept on the way; taken to the end, the archive knows
    until when it has seen what was received. Raises StoreUnavailableError.
    """
    archive = reading.archive
    with archive.alone():
        certain_s, until_s = archive.heard_until_s(as_of_s(nights[-1]))
        oldest = nights[0] - timedelta(days=LOOK_BACK_DAYS + 2)
        if archive.seen_until_s is None:
            archive.mark(certain_s, oldest)
        late = late_days(reading, until_s)
        for places in _companies(neighbourhoods(reading.fleet), nights[-1]):
            yield looked_back(reading, places, nights, events, late)
        archive.mark(certain_s, oldest)


def looked_back(
    reading: Reading,
    places: Sequence[Neighbourhood],
    nights: Sequence[date],
    events: Sequence[FieldEvent],
    late: LateDays,
) -> IndicatorTable:
    """One table of some neighbourhoods for some nights in a row, oldest first.

    It reaches from ``LOOK_BACK_DAYS`` before the first night to the last complete day of the last,
    less the days at the beginning, before the first night, on which nobody was heard. Raises
    StoreUnavailableError.
    """
    table = IndicatorTable.joined([_table(reading, p, nights, events, late) for p in places])
    heard = table["rows"][:, :LOOK_BACK_DAYS].any(axis=0)
    begun = int(np.argmax(heard)) if heard.any() else LOOK_BACK_DAYS - 1
    return table.until(len(table.days) - 1, len(table.days) - begun)


def _companies(places: Sequence[Neighbourhood], as_of: date) -> Iterator[list[Neighbourhood]]:
    """Neighbourhoods with the same calendar, in groups of at most ``MOST_TOGETHER`` systems."""
    group: list[Neighbourhood] = []
    for place in places:
        size = sum(len(p.systems) for p in group) + len(place.systems)
        same = not group or last_complete_day(
            as_of, group[0].village.timezone
        ) == last_complete_day(as_of, place.village.timezone)
        if group and (size > MOST_TOGETHER or not same):
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _table(
    reading: Reading,
    place: Neighbourhood,
    nights: Sequence[date],
    events: Sequence[FieldEvent],
    late: LateDays,
) -> IndicatorTable:
    zone = place.village.timezone
    last = last_complete_day(nights[-1], zone)
    first = last_complete_day(nights[0], zone) - timedelta(days=LOOK_BACK_DAYS - 1)
    length = (last - first).days + 1
    kept = brought_up_to_date(reading, place, first, length, late)
    values = {indicator.name: kept.values[i] for i, indicator in enumerate(INDICATORS)}
    days = tuple(first + timedelta(i) for i in range(length))
    values[UNHEARD_DAYS.name] = silence(reading.store, reading.fleet, place, first, values["rows"])
    values |= event_columns(events, place.systems, days, zone)
    if isinstance(reading.store, ReceiptClocks):
        values |= reading.store.clock_columns([s.code for s in place.systems], first, length)
    return IndicatorTable(
        place.systems,
        days,
        values,
        np.zeros(len(place.systems), np.int32),
        _gateway_codes(reading.fleet, place),
    )


def _gateway_codes(fleet: Fleet, place: Neighbourhood) -> NDArray[np.int32]:
    gateways = [gateway_now(fleet, s.code) for s in place.systems]
    names = sorted(set(gateways) - {""})
    return np.array([names.index(g) if g else -1 for g in gateways], np.int32)


def gateway_now(fleet: Fleet, code: str) -> str:
    """The gateway that reads a system now, empty when it reports by itself."""
    history = fleet.by_system.get(code, ())
    return history[-1].gateway if history else ""
