"""Every call of a ticket counts, not only its first."""

from analytics.tickets.episodes import Episode, episodes
from analytics.tickets.ticket import Ticket, TicketEvent, TicketState

TICKET = Ticket(1, "S1", "silent", TicketState.NEW, 0.5, 10.0, 10.0, 90.0)


def history(*events):
    return [TicketEvent(1, at_s, what) for at_s, what in events]


def test_an_open_ticket_has_one_open_episode():
    assert episodes(TICKET, history((10.0, "raised"), (12.0, "updated"))) == [Episode(10.0, None)]


def test_a_relapse_is_a_second_episode():
    told = history((10.0, "raised"), (20.0, "closed"), (30.0, "reopened"))
    assert episodes(TICKET, told) == [Episode(10.0, 20.0), Episode(30.0, None)]


def test_not_done_after_all_is_a_second_call():
    told = history((10.0, "raised"), (25.0, "reopened"), (40.0, "closed"))
    assert episodes(TICKET, told) == [Episode(10.0, 25.0), Episode(25.0, 40.0)]


def test_without_a_history_the_ticket_itself_tells():
    assert episodes(TICKET, []) == [Episode(10.0, None)]
