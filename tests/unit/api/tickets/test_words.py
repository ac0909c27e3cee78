"""A fault in words, with the ticket's numbers in them."""

import dataclasses

from analytics.detectors import DETECTORS as REAL
from analytics.tickets.ticket import Ticket, TicketState
from api.tickets.words import said, words_of
from tests.unit.api.words import DETECTORS

TICKET = Ticket(
    1,
    "OEM-0001-P",
    "panel_disconnected",
    TicketState.NEW,
    0.9,
    0,
    0,
    0,
    evidence={"days": 2.0, "panel_v": 0.4, "panel_a": 0.0},
)


def test_numbers_follow_the_language():
    words = words_of("panel_disconnected", DETECTORS)
    assert "0,4 V" in said(words.because, TICKET, "id")
    assert "0.4 V" in said(words.because, TICKET, "en")


def test_missing_evidence_is_a_dash_and_never_a_brace():
    bare = dataclasses.replace(TICKET, evidence={})
    text = said(words_of("panel_disconnected", DETECTORS).because, bare, "id")
    assert "{" not in text
    assert "hanya - V" in text


def test_a_fault_without_detector_keeps_its_code():
    words = words_of("tooth_fairy", DETECTORS)
    assert words.title.id == "tooth fairy"
    assert said(words.check, TICKET, "id") == ""


def test_the_detectors_of_this_version_all_have_words():
    assert REAL
    for fault in REAL:
        words = words_of(fault, REAL)
        for text in (words.title, words.because, words.part, words.check):
            assert text.id.strip()
            assert text.en.strip()
