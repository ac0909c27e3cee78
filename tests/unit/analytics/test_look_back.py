"""The table of a night: as long as there is something, with silence, gateways and events."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analytics import look_back
from analytics.archive.memory import NoArchive
from analytics.archive.refresh import Reading
from analytics.indicators.field_events import FieldEvent, FieldEventKind
from analytics.look_back import as_of_s, last_complete_day, look_backs
from collector.domain.clock import DAY_S
from collector.domain.device import Assignment
from tests.fixtures.array_store import ArrayStore
from tests.fixtures.village_fleet import INSTALLED_S, nights, registry_of, without_days
from tests.fixtures.village_physics import FIRST_DAY, VILLAGE, Fleet, run, systems

DAYS = 8


@pytest.fixture(scope="module")
def village():
    fleet = Fleet(systems(7), DAYS, seed=9)
    return fleet, registry_of(fleet), run(fleet)


def tables(registry, block, first, last, events=()):
    """Tables of the nights that judge days ``first`` to ``last``."""
    reading = Reading(ArrayStore(block), registry, NoArchive())
    return list(look_backs(reading, nights(first, last), events))


def test_it_begins_with_the_first_day_on_which_anybody_was_heard(village):
    _, registry, block = village
    (table,) = tables(registry, block, 3, 6)
    # On the day before the first, the devices report from noon on.
    assert table.days == tuple(FIRST_DAY + timedelta(i) for i in range(-1, 7))
    assert (table["rows"][:, 1:] == 96).all()
    assert (table["unheard_days"] == 0).all()


def test_it_holds_every_night_though_nobody_was_heard_yet(village):
    _, registry, block = village
    (table,) = tables(registry, block, -6, 2)
    assert table.days[0] == FIRST_DAY - timedelta(6)
    assert np.isnan(table["unheard_days"][:, :5]).all()
    assert (table["rows"][:, :5] == 0).all()


def test_what_was_last_heard_before_the_span_is_looked_up(village, monkeypatch):
    fleet, registry, _ = village
    monkeypatch.setattr(look_back, "LOOK_BACK_DAYS", 3)
    block = without_days(run(fleet), slice(1, 2), slice(2, DAYS))
    (table,) = tables(registry, block, 6, 6)
    np.testing.assert_array_equal(table["unheard_days"][1], [3, 4, 5])
    assert (table["unheard_days"][0] == 0).all()


def test_gateways_are_numbered_and_direct_devices_have_none(village):
    fleet, _, block = village
    (table,) = tables(registry_of(fleet, through_gateway=3), block, 4, 4)
    assert table.gateway_code.tolist() == [0, 0, 0, -1, -1, -1, -1]


def test_what_people_did_is_there_once_it_was_done(village):
    _, registry, block = village
    code = registry.systems[2].code
    done = [
        FieldEvent(code, as_of_s(nights(3, 3)[0]) - 3600, FieldEventKind.PANEL_CLEANED),
        FieldEvent(code, as_of_s(nights(4, 4)[0]) + 16 * 3600, FieldEventKind.REPAIRED),
    ]
    (table,) = tables(registry, block, 4, 4, done)
    np.testing.assert_array_equal(np.argwhere(table["event_panel_cleaned"]), [[2, 5]])
    assert table.days[5] == FIRST_DAY + timedelta(4)
    assert not table["event_repaired"].any()


def two_villages():
    """The same homes twice, the second village an hour further east."""
    fleet = Fleet(systems(6), DAYS, seed=9)
    east = replace(VILLAGE, name="Haya", timezone="Asia/Jayapura")
    here, there = fleet.systems[:3], fleet.systems[3:]
    moved = tuple(replace(s, village="Haya") for s in there)
    devices = tuple(
        Assignment(s.code, s.code, INSTALLED_S, gateway=f"gw-{s.village}") for s in (*here, *moved)
    )
    registry = replace(
        registry_of(fleet),
        villages={VILLAGE.name: VILLAGE, "Haya": east},
        systems=(*here, *moved),
        assignments=devices,
    )
    return registry, run(fleet)


def test_small_villages_are_judged_together_and_kept_apart():
    registry, block = two_villages()
    (table,) = tables(registry, block, 5, 5)
    assert [s.village for s in table.systems] == ["Boti"] * 3 + ["Haya"] * 3
    assert table.village_code.tolist() == [0, 0, 0, 1, 1, 1]
    assert table.gateway_code.tolist() == [0, 0, 0, 1, 1, 1]
    assert table["rows"].shape == (6, len(table.days))


def test_so_many_systems_are_enough_for_one_table(monkeypatch):
    registry, block = two_villages()
    monkeypatch.setattr(look_back, "MOST_TOGETHER", 5)
    one, other = tables(registry, block, 5, 5)
    (both,) = (monkeypatch.undo(), tables(registry, block, 5, 5))[1]
    for name in both.values:
        joined = np.concatenate([one[name], other[name]])
        np.testing.assert_array_equal(both[name], joined, err_msg=name)


def test_villages_of_another_calendar_have_a_table_of_their_own():
    registry, block = two_villages()
    far = replace(registry.villages["Haya"], timezone="America/New_York")
    registry = replace(registry, villages={**registry.villages, "Haya": far})
    here, there = tables(registry, block, 5, 5)
    assert here.days[-1] - there.days[-1] == timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "last"),
    [
        ("Asia/Makassar", date(2026, 3, 9)),
        ("UTC", date(2026, 3, 9)),
        ("America/New_York", date(2026, 3, 8)),
    ],
)
def test_as_of_judges_local_days_that_had_ended(zone, last):
    assert last_complete_day(date(2026, 3, 10), zone) == last


def test_as_of_is_midnight_utc():
    assert as_of_s(date(2026, 3, 10)) % DAY_S == 0
