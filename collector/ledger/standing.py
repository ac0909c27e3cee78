"""What is known of the readings that one publisher has numbered for one serial and boot.

Every number is stored, refused (a dead letter), lost, missing, or not heard of. Later news can
only raise it: lost -> refused -> stored. So news may come in any order and however often.
"""

from dataclasses import dataclass

from collector.ledger.ranges import NOTHING, Ranges, common, minus, size, union

BEGINNING = 2_000
"""A first number up to this shows that the beginning is missing, for a boot begins at 1: one
message holds so many readings. A higher one is of a device that counted before we knew it. Who
begins at 0 is understood, but nothing shows that a 0 is missing."""
WIDEST_HOLE = 1_000_000
"""A wider gap (ten years of five-minute readings) is a counter that has jumped, not a hole."""
MOST_RUNS = 2_000
"""Runs kept apart; beyond, the oldest are folded into counts: a device gone mad must not grow."""


@dataclass(slots=True)
class Note:
    """News of the numbers of a serial and boot; ``known`` ones exist but were not taken."""

    stored: Ranges = NOTHING
    refused: Ranges = NOTHING
    lost: Ranges = NOTHING
    known: Ranges = NOTHING
    received: int = 0
    reason: str = ""

    @property
    def mentioned(self) -> Ranges:
        """All numbers it speaks of."""
        return union(self.stored, self.refused, self.lost, self.known)


def note_of(run: tuple[int, int]) -> Note:
    """The news of numbers that are stored and have each come once."""
    return Note(stored=(run,), received=size((run,)))


@dataclass(slots=True)
class Standing:
    """``settled`` is stored, refused or lost; ``refused`` and ``lost`` are parts of it.

    ``received`` counts readings as often as they came; ``folded_*`` are those of the forgotten
    beginning (see MOST_RUNS). ``reason`` is why the last ones were lost.
    """

    settled: Ranges = NOTHING
    refused: Ranges = NOTHING
    lost: Ranges = NOTHING
    known: Ranges = NOTHING
    received: int = 0
    folded_refused: int = 0
    folded_lost: int = 0
    reason: str = ""

    def take(self, note: Note) -> None:
        """Learn the news; learning it again changes nothing but ``received``."""
        self.received += note.received
        if note.stored:
            self._settle(note.stored)
            self.refused = minus(self.refused, note.stored)
            self.lost = minus(self.lost, note.stored)
        if note.refused:
            # What was only lost until now, or not there, is refused; what is stored stays stored.
            new = union(minus(note.refused, self.settled), common(note.refused, self.lost))
            self.refused = union(self.refused, new)
            self.lost = minus(self.lost, new)
            self._settle(note.refused)
        if note.lost and (new := minus(note.lost, self.settled)):
            self.lost = union(self.lost, new)
            self.reason = note.reason or self.reason
            self._settle(note.lost)
        if note.known or self.known:
            self.known = minus(union(self.known, note.known), self.settled)
        if len(self.settled) + len(self.refused) + len(self.lost) > MOST_RUNS:
            self._fold()

    @property
    def spans(self) -> Ranges:
        """Every number that was sent as far as we know, heard of or not."""
        heard = union(self.settled, self.known) if self.known else self.settled
        if not heard:
            return NOTHING
        first = heard[0][0]
        spans = [(1 if 1 < first <= BEGINNING else first, heard[0][1])]
        for first, last in heard[1:]:
            if first - spans[-1][1] - 1 <= WIDEST_HOLE:
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
        return tuple(spans)

    @property
    def holes(self) -> Ranges:
        """Numbers that were sent and are neither here nor listed as lost."""
        return minus(self.spans, self.settled)

    @property
    def complete_upto(self) -> int:
        """The highest number up to which everything is settled; -1 if the beginning is missing."""
        if not self.settled or self.spans[0][0] < self.settled[0][0]:
            return -1
        return self.settled[0][1]

    def counts(self) -> dict[str, int]:
        """Distinct readings: sent = stored + refused + lost + missing; and how many came again."""
        refused = size(self.refused) + self.folded_refused
        lost = size(self.lost) + self.folded_lost
        settled, sent = size(self.settled), size(self.spans)
        return {
            "sent": sent,
            "stored": settled - refused - lost,
            "refused": refused,
            "lost": lost,
            "missing": sent - settled,
            "duplicates": max(0, self.received - (settled - lost)),
        }

    def _settle(self, numbers: Ranges) -> None:
        if len(self.settled) == 1 == len(numbers):  # the common case: the next few
            (begin, end), (first, last) = self.settled[0], numbers[0]
            if begin <= first <= end + 1:
                self.settled = ((begin, max(end, last)),)
                return
        self.settled = union(self.settled, numbers)

    def _fold(self) -> None:
        """Give the older half of the numbers up: its holes are lost, its exceptions are counted."""
        upto = self.settled[len(self.settled) // 2][1]
        old: Ranges = ((self.spans[0][0], upto),)
        self.folded_refused += size(common(self.refused, old))
        missing = size(minus(common(self.spans, old), self.settled))
        self.folded_lost += size(common(self.lost, old)) + missing
        self.refused, self.lost = minus(self.refused, old), minus(self.lost, old)
        self.settled = union(self.settled, common(self.spans, old))
        self.reason = "numbers too scattered to follow"
