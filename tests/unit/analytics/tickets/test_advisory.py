"""A village that falls together is one advisory; houses that fall one by one are not."""

from dataclasses import replace

import pytest

from analytics.tickets.advisory import OF_THE_VILLAGE
from analytics.tickets.port import Changes, Edit, TicketFilter
from analytics.tickets.ticket import TicketScope, TicketState
from collector.domain.clock import DAY_S
from tests.fixtures.judged_village import DIRT, Village, nothing


@pytest.fixture
def village():
    return Village()


def test_a_village_that_falls_together_is_one_advisory(village):
    dusty = {(r, "panel_soiled"): DIRT for r in range(5)}
    (ticket,) = village.judge(dusty).raised
    assert ticket.key == (TicketScope.VILLAGE, "Boti", "panel_soiled")
    assert ticket.evidence["systems_together"] == 5.0
    assert ticket.evidence["loss_percent"] == 15.0
    assert nothing(village.again(dusty))
    more = dusty | {(5, "panel_soiled"): DIRT}
    (updated,) = village.judge(more).updated
    assert updated.evidence["systems_together"] == 6.0
    assert nothing(village.judge(clear=set(dusty)))
    village.day += 21
    (closed,) = village.judge(clear=set(dusty)).closed
    assert closed.number == 1
    assert village.book.find(TicketFilter()) == []


def test_the_first_houses_tickets_go_into_the_advisory(village):
    village.judge({(0, "panel_soiled"): DIRT, (1, "panel_soiled"): DIRT})
    working = Edit(2, state=TicketState.ASSIGNED)
    village.book.apply(Changes(village.day * DAY_S, edited=[working]))
    dusty = {(r, "panel_soiled"): DIRT for r in range(6)}
    village.judge(dusty)
    still_open = {t.number for t in village.book.find(TicketFilter())}
    assert still_open == {2, 3}
    assert village.book.get(3).scope is TicketScope.VILLAGE
    assert "whole village" in village.book.get(1).reason
    assert nothing(village.again(dusty))


def test_houses_that_soil_one_by_one_have_their_own(village):
    """Its healthy twin: the same six, three weeks apart."""
    found = {}
    for row in range(6):
        found[row, "panel_soiled"] = DIRT
        village.judge(found)
        village.day += 20
    assert {t.scope for t in village.book.tickets.values()} == {TicketScope.SYSTEM}
    assert len(village.book.tickets) == 6


def test_dust_of_the_village_raises_no_ticket_of_a_system(village):
    """Houses with tickets of their own count as well: it is the village that is dusty."""
    for row in range(3):
        village.judge({(r, "panel_soiled"): DIRT for r in range(row + 1)})
        village.day += 20
    shared = replace(DIRT, evidence={**DIRT.evidence, OF_THE_VILLAGE: 6.0})
    raised = village.judge({(r, "panel_soiled"): shared for r in range(6)}).raised
    assert [t.scope for t in raised] == [TicketScope.VILLAGE]
