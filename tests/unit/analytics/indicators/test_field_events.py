"""What people did becomes columns by local day."""

from datetime import date, timedelta

import numpy as np

from analytics.indicators.field_events import (
    EVENT_COLUMNS,
    FieldEvent,
    FieldEventKind,
    event_columns,
)
from collector.domain.clock import day_start_s
from tests.fixtures.village_physics import systems

ZONE = "Asia/Makassar"
DAYS = [date(2026, 3, 1) + timedelta(i) for i in range(4)]
SYSTEMS = systems(3)


def at(day, hour):
    return day_start_s(DAYS[day], ZONE) + 3600.0 * hour


def test_an_event_stands_on_its_local_day_alone():
    """00:30 and 23:30 of a local day are both on it, though UTC says otherwise."""
    events = [
        FieldEvent(SYSTEMS[1].code, at(2, 0.5), FieldEventKind.BATTERY_REPLACED),
        FieldEvent(SYSTEMS[0].code, at(2, 23.5), FieldEventKind.PANEL_CLEANED),
    ]
    found = event_columns(events, SYSTEMS, DAYS, ZONE)
    assert set(found) == set(EVENT_COLUMNS.values())
    np.testing.assert_array_equal(np.argwhere(found["event_battery_replaced"]), [[1, 2]])
    np.testing.assert_array_equal(np.argwhere(found["event_panel_cleaned"]), [[0, 2]])
    assert not found["event_repaired"].any()
    assert all(values.dtype == np.float32 for values in found.values())


def test_events_of_others_and_of_other_days_are_left_out():
    events = [
        FieldEvent("ELSEWHERE", at(1, 9), FieldEventKind.REPAIRED),
        FieldEvent(SYSTEMS[0].code, at(0, -1), FieldEventKind.REPAIRED),
        FieldEvent(SYSTEMS[0].code, at(3, 25), FieldEventKind.REPAIRED),
    ]
    found = event_columns(events, SYSTEMS, DAYS, ZONE)
    assert not any(values.any() for values in found.values())
