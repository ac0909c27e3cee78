"""Every state and kind has words in both languages."""

import pytest

from analytics.tickets.ticket import SystemStatus, TicketState
from api.words import EVENT_WORDS, KIND_WORDS, STATUS_MEANING, STATUS_WORDS, TICKET_STATE_WORDS
from collector.domain.device import Kind


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (STATUS_WORDS, SystemStatus),
        (STATUS_MEANING, SystemStatus),
        (TICKET_STATE_WORDS, TicketState),
        (KIND_WORDS, Kind),
    ],
)
def test_complete(words, codes):
    assert set(words) == set(codes)
    assert all(text.id and text.en for text in words.values())


def test_the_events_of_the_book_have_words():
    assert {"raised", "updated", "closed", "reopened"} <= set(EVENT_WORDS)
