"""What a fault is called and what to do about it: the detector's own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.detectors.detector import Detector, Text
from analytics.tickets.ticket import Ticket

_NO_WORDS = Text("", "")


@dataclass(frozen=True, slots=True)
class FaultWords:
    """A fault in words. ``{name}`` in a text is filled from the ticket's evidence."""

    fault: str
    title: Text
    because: Text = _NO_WORDS
    part: Text = _NO_WORDS
    check: Text = _NO_WORDS


def words_of(fault: str, detectors: Mapping[str, Detector]) -> FaultWords:
    """The words of a fault; of one whose detector is gone, only its code."""
    detector = detectors.get(fault)
    if detector is None:
        plain = fault.replace("_", " ")
        return FaultWords(fault, Text(plain, plain))
    return FaultWords(fault, detector.title, detector.because, detector.part, detector.check)


def said(text: Text, ticket: Ticket, language: str) -> str:
    """The text with the ticket's numbers in it."""
    return text.said(language, ticket.evidence or {"": float("nan")})
