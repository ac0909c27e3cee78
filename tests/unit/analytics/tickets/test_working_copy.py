"""What becomes of tickets, worked out in memory."""

from dataclasses import replace

import pytest

from analytics.tickets.port import Changes, Edit
from analytics.tickets.ticket import Ticket, TicketScope, TicketState
from analytics.tickets.working_copy import WorkingCopy

OPEN = Ticket(7, "BOT-0001-0", "silent", TicketState.NEW, 0.5, 100.0, 100.0, 900.0, state_s=100.0)
CLOSED = replace(OPEN, number=3, state=TicketState.VERIFIED, closed_s=50.0)
RAISED = replace(OPEN, number=0, updated_s=200.0)


def _whats(copy):
    return [(e.ticket, e.what, e.note) for e in copy.events]


def _copy(*stored, **changes):
    copy = WorkingCopy(stored, 200.0)
    copy.apply(Changes(200.0, **changes))
    return copy


def test_a_new_ticket_has_no_number_yet():
    copy = _copy(CLOSED, raised=[replace(RAISED, reason="dark")])
    assert copy.changed == {-1: replace(RAISED, number=-1, reason="dark", state_s=200.0)}
    assert _whats(copy) == [(-1, "raised", "dark")]


def test_new_tickets_keep_apart_from_changed_ones():
    lamps = [replace(RAISED, system=f"S-{n}") for n in range(3)]
    copy = _copy(OPEN, raised=[RAISED, *lamps], updated=[replace(OPEN, severity=0.6)])
    assert sorted(t.system for t in copy.changed.values()) == ["BOT-0001-0", "S-0", "S-1", "S-2"]
    assert sum(number < 0 for number in copy.changed) == 3


def test_raising_again_keeps_what_people_did():
    busy = replace(OPEN, state=TicketState.IN_PROGRESS)
    copy = _copy(busy, raised=[replace(RAISED, severity=0.9, opened_s=200.0)])
    assert copy.changed == {7: replace(busy, severity=0.9, updated_s=200.0)}
    assert not copy.events


def test_a_deadline_may_come_nearer_but_not_go_away():
    assert _copy(OPEN, raised=[replace(RAISED, due_s=800.0)]).changed[7].due_s == 800.0
    assert _copy(OPEN, raised=[replace(RAISED, due_s=9e9)]).changed[7].due_s == 900.0


def test_an_event_tells_of_a_nearer_deadline():
    assert _whats(_copy(OPEN, raised=[replace(RAISED, due_s=800.0)])) == [(7, "updated", "")]


def test_moving_numbers_are_written_without_an_event():
    copy = _copy(OPEN, updated=[replace(OPEN, severity=0.6, evidence={"days": 4.0})])
    assert copy.changed[7].severity == 0.6
    assert not copy.events


def test_nothing_new_writes_nothing():
    copy = _copy(OPEN, updated=[OPEN], raised=[replace(OPEN, number=0)])
    assert not copy.changed
    assert not copy.events


def test_closing_needs_no_more_than_the_ticket():
    copy = _copy(OPEN, closed=[replace(OPEN, reason="repaired")])
    closed = copy.changed[7]
    assert (closed.state, closed.closed_s) == (TicketState.VERIFIED, 200.0)
    assert _whats(copy) == [(7, "closed", "repaired")]


def test_closing_keeps_the_moment_it_is_given():
    copy = _copy(OPEN, closed=[replace(OPEN, closed_s=150.0)])
    assert copy.changed[7].closed_s == 150.0


def test_closing_twice_is_no_error():
    assert not _copy(CLOSED, closed=[CLOSED]).changed
    copy = _copy(OPEN, closed=[OPEN, OPEN])
    assert _whats(copy) == [(7, "closed", "")]


def test_the_data_write_nothing_that_is_peoples():
    theirs = replace(OPEN, state=TicketState.ASSIGNED, reason="on Monday", state_s=150.0)
    seen = replace(OPEN, severity=0.9, evidence={"days": 4.0}, state=TicketState.NEW)
    copy = _copy(theirs, updated=[seen])
    assert copy.changed[7] == replace(theirs, severity=0.9, evidence={"days": 4.0})
    (closed,) = _copy(theirs, closed=[replace(seen, reason="data: gone")]).changed.values()
    assert (closed.state, closed.reason) == (TicketState.VERIFIED, "on Monday")


def test_the_data_may_replace_their_own_reason():
    old = replace(OPEN, reason="data: the sign is back")
    (closed,) = _copy(old, closed=[replace(old, reason="data: gone")]).changed.values()
    assert closed.reason == "data: gone"


def test_an_update_of_a_closed_ticket_is_too_late():
    assert not _copy(CLOSED, updated=[replace(CLOSED, severity=0.9, closed_s=None)]).changed


@pytest.mark.parametrize("stored", [CLOSED, replace(OPEN, number=3, state=TicketState.DONE)])
def test_reopening(stored):
    again = replace(stored, severity=0.7, closed_s=None, due_s=800.0, reason="data: dark again")
    copy = _copy(stored, reopened=[again])
    expected = replace(again, state=TicketState.REOPENED, state_s=200.0)
    assert copy.changed == {3: expected}
    assert _whats(copy) == [(3, "reopened", "data: dark again")]


def test_no_reopening_of_what_people_took_up_again():
    busy = replace(OPEN, state=TicketState.IN_PROGRESS)
    assert not _copy(busy, reopened=[replace(busy, state=TicketState.DONE)]).changed


def test_no_reopening_beside_an_open_one():
    again = replace(CLOSED, closed_s=None)
    assert not _copy(CLOSED, OPEN, reopened=[again]).changed


def test_a_ticket_for_a_gateway_stands_beside_a_systems_own():
    gateway = replace(RAISED, scope=TicketScope.GATEWAY, scope_id="gw-boti")
    copy = _copy(OPEN, raised=[gateway, replace(gateway, system="BOT-0009", severity=0.9)])
    assert list(copy.changed) == [-1]
    assert copy.changed[-1].severity == 0.9


def test_an_edit_changes_what_a_person_says_and_no_more():
    copy = _copy(OPEN, edited=[Edit(7, reason="asks for a ladder")])
    assert copy.changed == {7: replace(OPEN, reason="asks for a ladder")}
    assert _whats(copy) == [(7, "updated", "asks for a ladder")]
    copy = _copy(OPEN, edited=[Edit(7, state=TicketState.DONE)])
    assert copy.changed == {7: replace(OPEN, state=TicketState.DONE, state_s=200.0)}
    assert _whats(copy) == [(7, "updated", "new -> done")]


def test_a_person_may_close_and_reopen():
    (closed,) = _copy(OPEN, edited=[Edit(7, state=TicketState.VERIFIED)]).changed.values()
    assert (closed.closed_s, closed.state_s) == (200.0, 200.0)
    copy = _copy(CLOSED, edited=[Edit(3, state=TicketState.REOPENED, reason="dark again")])
    assert copy.changed[3].is_open
    assert _whats(copy) == [(3, "reopened", "dark again")]


def test_an_edit_of_a_closed_ticket_leaves_it_closed():
    copy = _copy(CLOSED, edited=[Edit(3, state=TicketState.ASSIGNED)])
    assert not copy.changed
    copy = _copy(CLOSED, OPEN, edited=[Edit(3, state=TicketState.REOPENED)])
    assert not copy.changed


def test_an_edit_that_says_nothing_new_changes_nothing():
    assert not _copy(OPEN, edited=[Edit(7), Edit(7, state=TicketState.NEW, reason="")]).changed


def test_closed_then_raised_in_one_run_is_a_new_ticket():
    copy = _copy(OPEN, closed=[OPEN], raised=[RAISED])
    assert sorted(copy.changed) == [-2, 7]
    assert [what for _, what, _ in _whats(copy)] == ["closed", "raised"]


def test_what_is_not_stored_is_told():
    with pytest.raises(LookupError, match="no ticket 99"):
        _copy(OPEN, updated=[replace(OPEN, number=99)])
