"""The same nights with other thresholds: what opens, closes, is missed, comes later."""

from dataclasses import replace

import pytest

from analytics.archive.memory import MemoryArchive
from analytics.archive.refresh import Reading
from analytics.detectors import DETECTORS
from analytics.rehearsal.rehearse import compared, rehearse
from analytics.tickets.ticket import Ticket, TicketState
from collector.domain.clock import DAY_S
from tests.fixtures.array_store import ArrayStore
from tests.fixtures.village_fleet import nights, registry_of
from tests.fixtures.village_physics import run
from tests.fixtures.village_runs import mixed_fleet


@pytest.fixture(scope="module")
def reading():
    """Panels of 11 and 9 away for three and for twelve days."""
    fleet = mixed_fleet()
    fleet.connected[11, 25:28] = False
    fleet.connected[9, 25:37] = False
    return Reading(ArrayStore(run(fleet)), registry_of(fleet), MemoryArchive())


def codes(reading, tickets):
    return [reading.fleet.systems.index(reading.fleet.by_code[t.system]) for t in tickets]


def test_todays_thresholds_change_nothing(reading):
    found = rehearse(reading, nights(20, 40), {"panel_disconnected": {}})
    assert (found.nights, found.today, found.rehearsed) == (21, 2, 2)
    assert (found.opened, found.closed, found.missed, found.moved) == ((), (), (), ())


def test_more_patience_misses_the_short_one_and_finds_the_other_later(reading):
    found = rehearse(reading, nights(20, 40), {"panel_disconnected": {"DAYS": 4}})
    assert codes(reading, found.missed) == [11]
    (moved,) = found.moved
    assert codes(reading, [moved.ticket]) == [9]
    assert moved.opens_days_later == 2.0
    assert "1 tickets instead of 2" in str(found)


def test_less_patience_opens_what_is_not_seen_today(reading):
    """And the detectors in use are left alone."""
    before = dict(DETECTORS)
    looser = {"panel_disconnected": {"DAYS": 1, "SOME_CURRENT": 9.0, "NOT_CHARGING_V": 99.0}}
    found = rehearse(reading, nights(20, 40), looser)
    assert found.rehearsed >= found.today == 2
    assert dict(DETECTORS) == before


def test_a_rehearsal_of_what_is_not_there_is_refused(reading):
    with pytest.raises(LookupError):
        rehearse(reading, nights(20, 21), {"panel_disconnected": {"NO_SUCH": 1}})
    with pytest.raises(KeyError):
        rehearse(reading, nights(20, 21), {"loose_tooth": {}})


TICKET = Ticket(1, "S1", "silent", TicketState.NEW, 0.5, 10 * DAY_S, 10 * DAY_S, 20 * DAY_S)
CLOSED = replace(TICKET, state=TicketState.VERIFIED, closed_s=15 * DAY_S)


def test_a_cause_found_within_a_month_is_the_same_one():
    found = compared(5, [TICKET], [replace(TICKET, opened_s=25 * DAY_S)])
    assert [m.opens_days_later for m in found.moved] == [15.0]
    far = compared(5, [TICKET], [replace(TICKET, opened_s=50 * DAY_S)])
    assert (len(far.opened), len(far.missed)) == (1, 1)


def test_what_would_be_closed_is_told():
    assert compared(5, [TICKET], [CLOSED]).closed == (CLOSED,)
    assert compared(5, [CLOSED], [TICKET]).closed == ()


def test_another_system_or_fault_is_another_ticket():
    for other in (replace(TICKET, system="S2"), replace(TICKET, fault="lamp_failed")):
        found = compared(5, [TICKET], [other])
        assert (found.opened, found.missed) == ((other,), (TICKET,))


def test_two_relapses_are_two_pairs():
    second = replace(TICKET, opened_s=22 * DAY_S)
    found = compared(5, [TICKET, second], [TICKET, second])
    assert (found.opened, found.missed, found.moved) == ((), (), ())
