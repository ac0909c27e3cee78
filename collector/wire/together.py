"""Many messages decoded at once: what arrives as single readings costs little more than a batch.

Only well-formed messages are taken together. A message with anything odd about it goes the careful
way of ``decode_message``, alone, so the outcome is the same whatever came with it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from collector.domain.reading import ReadingBatch
from collector.wire.condensed import MAX_ROWS, Condensed, decode_condensed
from collector.wire.decode import decode_message, well_formed
from collector.wire.decoded import Decoded, Reject
from collector.wire.envelope import UnreadableError, inflate, is_cbor
from collector.wire.named import Named, decode_named, well_formed_named

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

    Rows stand in the order of their messages; ``rejects`` has (message, reject), in no order.
    """

    messages: int = 0
    batch: ReadingBatch = field(default_factory=ReadingBatch.empty)
    message_of_row: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    rejects: list[tuple[int, Reject]] = field(default_factory=list)


@dataclass(slots=True)
class _Parsed:
    """Well-formed entries of one kind, the message of each, and how many rows it has."""

    decode: Callable[..., None]
    entries: list[Entry] = field(default_factory=list)
    message: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def add(self, number: int, entries: Entries) -> None:
        self.entries += entries
        self.message += [number] * len(entries)
        self.rows += map(_row_count, entries)

    def part(self, begin: int, end: int) -> "_Parsed":
        return _Parsed(
            self.decode, self.entries[begin:end], self.message[begin:end], self.rows[begin:end]
        )


def decode_messages(messages: Sequence[Message], most_rows: int) -> DecodedTogether:
    """Decode the first of the messages, one at least, until they hold ``most_rows``.

    Never raises for what was sent; see ``decode_message``.
    """
    found = DecodedTogether()
    condensed, named = _Parsed(decode_condensed), _Parsed(decode_named)
    careful: list[int] = []
    parts: list[tuple[ReadingBatch, NDArray[np.int64]]] = []
    rows = 0
    for number, message in enumerate(messages):
        entries = _parsed(message)
        found.messages += 1
        if entries is None:
            parts.append(_alone(number, message, found))
            rows += len(parts[-1][0])
        else:
            kind = condensed if isinstance(entries[0], Condensed) else named
            kind.add(number, entries)
            rows += sum(map(_row_count, entries))
        if rows >= most_rows:
            break
    for kind in (condensed, named):
        parts += _together(kind, careful)
    parts += [_alone(number, messages[number], found) for number in careful]
    _join(found, parts, messages)
    return found


def _parsed(message: Message) -> Entries | None:
    """The entries of a well-formed message; None for one that has to go the careful way."""
    if message.topic.startswith("v1/"):
        return None
    try:
        data = inflate(message.payload)
        cbor = is_cbor(data, message.content_type)
        whole = cbor or b'"hd"' in data
        entries = well_formed(data, cbor=cbor) if whole else well_formed_named(data)
    except UnreadableError:
        return None
    if entries is None:
        return None
    listed: Entries = entries if isinstance(entries, list) else [entries]
    return listed if 0 < sum(map(_row_count, listed)) <= MAX_ROWS else None


def _row_count(entry: Entry) -> int:
    return len(entry.hd) if isinstance(entry, Condensed) else 1


def _together(
    parsed: _Parsed, careful: list[int]
) -> Iterator[tuple[ReadingBatch, NDArray[np.int64]]]:
    """Batches of all entries; messages that something is odd about are noted as ``careful``."""
    if not parsed.entries:
        return
    into = Decoded()
    try:
        parsed.decode(parsed.entries, into)
        odd = bool(into.rejects)
    except Exception:  # alone, the message is told apart and named
        odd = True
    if not odd:
        yield into.batch, np.repeat(np.array(parsed.message), parsed.rows)
    elif parsed.message[0] == parsed.message[-1]:
        careful.append(parsed.message[0])
    else:
        # Halved down to the odd one, whose neighbours stay together.
        middle = _between_messages(parsed.message)
        yield from _together(parsed.part(0, middle), careful)
        yield from _together(parsed.part(middle, len(parsed.entries)), careful)


def _between_messages(message: Sequence[int]) -> int:
    """Where to cut, near the middle, without cutting through a message."""
    numbers = np.array(message)
    first = int(np.searchsorted(numbers, numbers[len(numbers) // 2]))
    return first or int(np.searchsorted(numbers, numbers[0], "right"))


def _alone(
    number: int, message: Message, found: DecodedTogether
) -> tuple[ReadingBatch, NDArray[np.int64]]:
    """The careful way."""
    one = decode_message(
        message.topic, message.publisher, message.payload, message.received_s, message.content_type
    )
    found.rejects += [(number, reject) for reject in one.rejects]
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
