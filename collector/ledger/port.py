"""What a ledger promises: the comments are the contract, one suite tests all."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from collector.domain.clock import utc
from collector.ledger.ranges import Ranges
from collector.ledger.standing import Note, Standing, note_of

UNNUMBERED = -1
"""Stands for the boot of readings without a number: they are counted as they come."""


class Key(NamedTuple):
    """Whose numbers: a publisher speaks for itself alone, so nobody settles another's readings."""

    publisher: str
    serial: str
    boot: int


@dataclass(frozen=True, slots=True)
class PublisherState:
    """What a publisher said of its outbox; ``produced`` counts boots from ``since_boot`` on.

    And of the version that it runs, and what it does about another one.
    """

    publisher: str
    said_s: float
    outbox_rows: int
    produced: int | None = None
    since_boot: int = 0
    release: str = ""
    update: str = ""


def month_of(time_s: float) -> str:
    """The month that traffic at this moment counts for, UTC: "2026-11"."""
    return f"{utc(time_s):%Y-%m}"


@dataclass(slots=True)
class Traffic:
    """Messages of a publisher in a month, and their bytes (see ``line_bytes``)."""

    messages: int = 0
    payload_bytes: int = 0
    line_bytes: int = 0


@dataclass(slots=True)
class Takings:
    """What a batch of deliveries brings. ``traffic`` is by (publisher, month "2026-11").

    ``runs`` is the usual news: (first, last) of consecutive numbers, stored, each come once. All
    other news are ``notes``; no key is in both. ``counted_upto`` is the last delivery id, live and
    backlog, that is counted in it.
    """

    runs: dict[Key, tuple[int, int]] = field(default_factory=dict)
    notes: dict[Key, Note] = field(default_factory=dict)
    traffic: dict[tuple[str, str], Traffic] = field(default_factory=dict)
    states: list[PublisherState] = field(default_factory=list)
    counted_upto: tuple[int, int] = (0, 0)

    def as_notes(self, but: Container[Key] = ()) -> dict[Key, Note]:
        """All the news as notes, without the runs of the keys in ``but``."""
        usual = {key: note_of(run) for key, run in self.runs.items() if key not in but}
        return usual | self.notes


@dataclass(frozen=True, slots=True)
class Change:
    """A standing before and after a batch, in the numbers that matter to its sender."""

    standing: Standing
    note: Note
    missing_before: int
    repeated: int


@dataclass(slots=True)
class Changes:
    """What a batch has changed.

    ``grown`` has the last number of the keys that only count on, with nothing missing; ``others``
    all the rest.
    """

    grown: dict[Key, int] = field(default_factory=dict)
    others: dict[Key, Change] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenHoles:
    """Missing numbers of a key, ``asked`` times asked for until now."""

    key: Key
    holes: Ranges
    asked: int


class Ledger(Protocol):
    """Keeps the standing of every (publisher, serial, boot). Several collectors may write."""

    def counted_upto(self, spool: str) -> tuple[int, int]:
        """The last delivery of this spool, live and backlog, that has been counted."""
        ...

    def take(self, spool: str, takings: Takings, now_s: float) -> Changes:
        """Learn what a batch brings, all or nothing. Learning it again changes no standing.

        Raises sqlalchemy's OperationalError when the database is out of reach.
        """
        ...

    def standings(self, keys: Sequence[Key]) -> Mapping[Key, Standing]:
        """What is known now of those keys that are known."""
        ...

    def claim_holes(self, now_s: float, at_most: int) -> list[OpenHoles]:
        """Holes due to be asked for, each given to one caller only; the next time is later."""
        ...

    def give_up(self, missing_since_s: float, reason: str, now_s: float) -> int:
        """List as lost what has been missing for longer. Returns how many readings."""
        ...
