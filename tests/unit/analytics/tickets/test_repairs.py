"""What people say is done is closed once the data prove it, and reopened when they do not."""

import pytest

from analytics.tickets.port import Changes, Edit
from analytics.tickets.ticket import TicketState
from collector.domain.clock import DAY_S
from tests.fixtures.judged_village import NO_CHARGE, Village, nothing


@pytest.fixture
def village():
    return Village()


def told_done(village, number=1):
    edit = Edit(number, state=TicketState.DONE, reason="cable joined anew")
    village.book.apply(Changes((village.day - 1) * DAY_S, edited=[edit]))


def test_said_to_be_done_is_proved_by_two_good_nights(village):
    village.judge({(2, "panel_disconnected"): NO_CHARGE})
    told_done(village)
    assert nothing(village.judge(proved=[2]))
    (proved,) = village.judge(proved=[2]).closed
    assert proved.state is TicketState.VERIFIED
    assert village.book.get(1).reason == "cable joined anew"
    assert village.book.events(1)[-1].note.startswith("data: two nights")


def test_a_good_night_proves_nothing_of_a_ticket_nobody_worked_on(village):
    village.judge({(2, "panel_disconnected"): NO_CHARGE})
    for _ in range(4):
        assert nothing(village.judge(proved=[2]))


def test_said_to_be_done_while_the_sign_stands_is_reopened_after_a_week(village):
    village.judge({(2, "panel_disconnected"): NO_CHARGE})
    told_done(village)
    for _ in range(6):
        assert nothing(village.judge({(2, "panel_disconnected"): NO_CHARGE}, proved=[2]))
    (again,) = village.judge({(2, "panel_disconnected"): NO_CHARGE}).reopened
    assert village.book.get(1).state is TicketState.REOPENED
    assert again.reason.startswith("data: said to be done")
    assert nothing(village.again({(2, "panel_disconnected"): NO_CHARGE}))
