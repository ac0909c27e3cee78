"""Decides what to send and when: oldest first, one message at a time, again until acknowledged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec
import structlog

from collector.gateway.outbox import Outbox
from collector.gateway.reading import Kept, batches
from collector.wire.condensed import MAX_ROWS
from collector.wire.encode import encode_message

MAX_BYTES = 192 * 1024
"""Inflated bytes a message may have (the wire's limit)."""
LONGEST_ACK_WAIT_S = 600.0

log = structlog.get_logger(__name__)


class Channel(Protocol):
    """The way to the broker, as far as the sender needs it."""

    @property
    def connected(self) -> bool:
        """Whether a message could go out now."""
        ...

    def send(self, payload: bytes) -> None:
        """Hand a data message to the broker connection."""
        ...

    def renew(self) -> None:
        """Drop a connection that seems dead and make a new one; unsent messages go out then."""
        ...

    @property
    def delivered(self) -> bool:
        """Whether the broker has confirmed everything handed over."""
        ...


class _Ack(msgspec.Struct):
    sn: str
    b: int
    rc: int


class _Acks(msgspec.Struct):
    acks: list[_Ack]


@dataclass(slots=True)
class _Outstanding:
    rows: list[Kept]
    sent_at_s: float
    wait_s: float


class Sender:
    """``tick`` now and then, ``acknowledged`` for every message on the ack topic; one thread."""

    def __init__(
        self,
        outbox: Outbox,
        channel: Channel,
        monotonic: Callable[[], float],
        *,
        ack_timeout_s: float = 60.0,
        codec: Literal["json", "cbor"] = "json",
        compress: bool = True,
    ) -> None:
        self._outbox = outbox
        self._channel = channel
        self._monotonic = monotonic
        self._ack_timeout_s = ack_timeout_s
        self._codec: Literal["json", "cbor"] = codec
        self._compress = compress
        self._outstanding: _Outstanding | None = None

    def tick(self) -> None:
        """Send the oldest readings unless some are under way and may still be acknowledged."""
        if not self._channel.connected:
            return
        now_s, pending = self._monotonic(), self._outstanding
        wait_s = self._ack_timeout_s
        if pending:
            if now_s - pending.sent_at_s < pending.wait_s:
                return
            wait_s = min(pending.wait_s * 2, max(LONGEST_ACK_WAIT_S, self._ack_timeout_s))
            log.warning("no_acknowledgement", rows=len(pending.rows), waited_s=pending.wait_s)
            if not self._channel.delivered:
                # The broker has not even confirmed: a second copy would only queue behind it.
                pending.sent_at_s, pending.wait_s = now_s, wait_s
                self._channel.renew()
                return
        rows, payload = self._message()
        self._outstanding = _Outstanding(rows, now_s, wait_s) if rows else None
        if rows:
            self._channel.send(payload)

    def acknowledged(self, payload: bytes) -> None:
        """Delete what the server says it has; only readings of the message under way count."""
        try:
            acks = msgspec.json.decode(payload, type=_Acks).acks
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("unreadable_acknowledgement", reason=str(error))
            return
        if not self._outstanding:
            return
        highest: dict[tuple[str, int], int] = {}
        for ack in acks:
            key = (ack.sn, ack.b)
            highest[key] = max(ack.rc, highest.get(key, 0))
        taken, left = [], []
        for row in self._outstanding.rows:
            has_it = row.sequence <= highest.get((row.reading.serial, row.boot), 0)
            (taken if has_it else left).append(row)
        self._outbox.acknowledge(taken)
        self._outstanding.rows = left
        if not left:
            self._outstanding = None
            self.tick()

    def reconnected(self) -> None:
        """A message under way goes out again by itself: its acknowledgement has time anew."""
        if self._outstanding:
            self._outstanding.sent_at_s = self._monotonic()

    def resend(self) -> None:
        """The server misses something: send the oldest readings at once."""
        if self._channel.delivered:
            self._outstanding = None
            self.tick()

    def _message(self) -> tuple[list[Kept], bytes]:
        """The oldest readings that fit a message, encoded; none and nothing when there are none."""
        rows = self._outbox.oldest(MAX_ROWS)
        while rows:
            form, groups = rows[0].reading.data_format, batches(rows)
            plain = encode_message(groups, form, codec=self._codec)
            if len(plain) <= MAX_BYTES or len(rows) == 1:
                if not self._compress:
                    return rows, plain
                return rows, encode_message(groups, form, codec=self._codec, compress=True)
            rows = rows[: len(rows) // 2]
        return [], b""
