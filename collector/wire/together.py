"""Many messages decoded at once: what arrives as single readings costs little more than a batch.

Only well-formed messages are taken together. A message with anything odd about it goes the careful
way of ``decode_message``, alone, so the outcome is the same whatever came with it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from collector.domain.reading import ReadingBatch
from collector.wire.condensed import MAX_ROWS, Condensed, decode_condensed
from collector.wire.decode import decode_message, well_formed
from collector.wire.decoded import Decoded, Lost, Reject, Unread
from collector.wire.envelope import UnreadableError, inflate, is_cbor
from collector.wire.named import Named, decode_named, usual_named
from collector.wire.topics import is_state

Entry = Condensed | Named
Entries = Sequence[Entry]


class Message(Protocol):
    """What arrived: a topic, its sender, the bytes, when, and what they are said to be."""

    @property
    def topic(self) -> str: ...  # noqa: D102
    @property
    def publisher(self) -> str: ...  # noqa: D102
    @property
    def payload(self) -> bytes: ...  # noqa: D102
    @property
    def received_s(self) -> float: ...  # noqa: D102
    @property
    def content_type(self) -> str: ...  # noqa: D102


@dataclass(slots=True)
class DecodedTogether:
    """Readings of the first ``messages`` of many; row i is of message ``message_of_row[i]``.

    Rows stand in the order of their messages; ``rejects`` has (message, reject), in no order;
    ``unread`` and ``lost`` likewise.
    """

    messages: int = 0
    batch: ReadingBatch = field(default_factory=ReadingBatch.empty)
    message_of_row: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    rejects: list[tuple[int, Reject]] = field(default_factory=list)
    unread: list[tuple[int, Unread]] = field(default_factory=list)
    lost: list[tuple[int, Lost]] = field(default_factory=list)


class _Parsed(NamedTuple):
    """A well-formed message: its entries, all of one kind, how many rows and names they have."""

    number: int
    entries: Entries
    rows: int
    names: int


def decode_messages(messages: Sequence[Message], most_rows: int) -> DecodedTogether:
    """Decode the first of the messages, one at least, until they hold ``most_rows``.

    Never raises for what was sent; see ``decode_message``.
    """
    found = DecodedTogether()
    condensed: list[_Parsed] = []
    named: list[_Parsed] = []
    careful: list[int] = []
    parts: list[tuple[ReadingBatch, NDArray[np.int64]]] = []
    rows = 0
    for number, message in enumerate(messages):
        parsed = _parsed(number, message)
        found.messages += 1
        if parsed is None:
            parts.append(_alone(number, message, found))
            rows += len(parts[-1][0])
        else:
            kind = condensed if isinstance(parsed.entries[0], Condensed) else named
            kind.append(parsed)
            rows += parsed.rows
        if rows >= most_rows:
            break
    parts += _together(condensed, _add_condensed, careful)
    parts += _together(named, _add_named, careful)
    parts += [_alone(number, messages[number], found) for number in careful]
    _join(found, parts, messages)
    return found


def _parsed(number: int, message: Message) -> _Parsed | None:
    """A well-formed message; None for one that has to go the careful way."""
    if message.topic.startswith("v1/") or is_state(message.topic):
        return None
    try:
        data = inflate(message.payload)
        cbor = is_cbor(data, message.content_type)
        whole = cbor or b'"hd"' in data
        entries = well_formed(data, cbor=cbor) if whole else usual_named(data)
    except UnreadableError:
        return None
    if entries is None:
        return None
    listed: Entries = entries if isinstance(entries, list) else [entries]
    # Entries of a message are all of one kind.
    rows = sum([len(e.hd) for e in cast("list[Condensed]", listed)]) if whole else len(listed)
    if not 0 < rows <= MAX_ROWS:
        return None
    # In JSON each name has its colon.
    return _Parsed(number, listed, rows, names=0 if whole else data.count(b":"))


def _add_condensed(parsed: Sequence[_Parsed], into: Decoded) -> None:
    entries = list(chain.from_iterable(p.entries for p in parsed))
    decode_condensed(cast("list[Condensed]", entries), into)


def _add_named(parsed: Sequence[_Parsed], into: Decoded) -> None:
    names = sum(p.names for p in parsed)
    entries = list(chain.from_iterable(p.entries for p in parsed))
    decode_named(cast("list[Named]", entries), names, into)


def _together(
    parsed: Sequence[_Parsed],
    add: Callable[[Sequence[_Parsed], Decoded], None],
    careful: list[int],
) -> Iterator[tuple[ReadingBatch, NDArray[np.int64]]]:
    """Batches of all messages; those that something is odd about are noted as ``careful``."""
    if not parsed:
        return
    into = Decoded()
    try:
        add(parsed, into)
        odd = bool(into.rejects)
    except Exception:  # alone, the message is told apart and named
        odd = True
    if not odd:
        yield into.batch, np.repeat([p.number for p in parsed], [p.rows for p in parsed])
    elif len(parsed) == 1:
        careful.append(parsed[0].number)
    else:
        # Halved down to the odd one, whose neighbours stay together.
        middle = len(parsed) // 2
        yield from _together(parsed[:middle], add, careful)
        yield from _together(parsed[middle:], add, careful)


def _alone(
    number: int, message: Message, found: DecodedTogether
) -> tuple[ReadingBatch, NDArray[np.int64]]:
    """The careful way."""
    one = decode_message(
        message.topic, message.publisher, message.payload, message.received_s, message.content_type
    )
    found.rejects += [(number, reject) for reject in one.rejects]
    found.unread += [(number, unread) for unread in one.unread]
    found.lost += [(number, lost) for lost in one.lost]
    batch = one.batch
    return batch, np.full(len(batch), number)


def _join(
    found: DecodedTogether,
    parts: Sequence[tuple[ReadingBatch, NDArray[np.int64]]],
    messages: Sequence[Message],
) -> None:
    """One batch of all parts, in the order of their messages, stamped with their receipt."""
    batch = ReadingBatch.concat([part for part, _ in parts])
    of_row = np.concatenate([numbers for _, numbers in parts] or [np.zeros(0, np.int64)])
    if len(parts) > 1:
        order = np.argsort(of_row, kind="stable")
        batch, of_row = batch.take(order), of_row[order]
    received_s = np.array([m.received_s for m in messages[: found.messages]], np.float64)
    batch.received_s = received_s[of_row] if len(batch) else np.zeros(0)
    found.batch, found.message_of_row = batch, of_row
