"""Decides what to send and when: what is new first, then what waits, again until acknowledged."""

import math
from collections.abc import Callable
from typing import Protocol

import msgspec
import structlog

from collector.domain.clock import Clock
from collector.gateway.allowance import Allowance
from collector.gateway.config import BrokerConfig
from collector.gateway.holes import Hole
from collector.gateway.outbox import Outbox
from collector.gateway.packing import pack, pack_holes
from collector.gateway.reading import Kept, Run
from collector.wire.acks import Ack, read_acks
from collector.wire.condensed import MAX_ROWS
from collector.wire.decoded import HIGHEST_COUNT
from collector.wire.encode import compressed

LIVE_S = 3600.0
"""Readings of the last hour are live; older ones are backlog, which may wait."""
CONFIRM_S = 60.0
"""A broker that has not confirmed a message for so long gets a new connection [K]."""
LONGEST_AGAIN_S = 86_400.0
LOOK_EVERY_S = 10.0
"""How often readings that wait too long for their acknowledgement are looked for."""
MOST_HOLES = 200
"""Holes said in one message."""

log = structlog.get_logger(__name__)


class Channel(Protocol):
    """The way to the server, as far as the sender needs it."""

    @property
    def connected(self) -> bool:
        """Whether a message could go out now."""
        ...

    @property
    def delivered(self) -> bool:
        """Whether the other side has confirmed everything handed over."""
        ...

    def send(self, payload: bytes) -> bool:
        """Hand a data message over; False when it was not taken."""
        ...

    def renew(self) -> None:
        """Drop a connection that seems dead and make a new one; unsent messages go out then."""
        ...


class _Requested(msgspec.Struct):
    sn: str
    b: int
    first: int = msgspec.field(name="from")
    last: int = msgspec.field(name="to")


class Sender:
    """``tick`` now and then, ``acknowledged`` for every message on the ack topic; one thread."""

    def __init__(
        self,
        outbox: Outbox,
        channel: Channel,
        clock: Clock,
        monotonic: Callable[[], float],
        broker: BrokerConfig,
        again_after_s: float,
    ) -> None:
        self._outbox = outbox
        self._channel = channel
        self._clock = clock
        self._monotonic = monotonic
        self._broker = broker
        self._backlog = Allowance(broker.backlog_rows_per_min, monotonic())
        self._patience_s = self._again_after_s = again_after_s
        self._handed_over_s = self._looked_s = 0.0
        self._joined_s: float | None = None
        self._said: tuple[list[Hole], float] = ([], 0.0)
        self.acknowledgements = 0
        """Readable acknowledgements since the start."""
        self.hurry = False
        """Set before a stop: what is new no longer waits for company."""

    def tick(self) -> bool:
        """Send one message if there is something to send now and nothing to wait for."""
        if not self._channel.connected:
            return False
        now_s = self._monotonic()
        if not self._channel.delivered:
            if now_s - self._handed_over_s >= CONFIRM_S:
                # A second copy would only queue behind it.
                log.warning("no_confirmation", waited_s=CONFIRM_S)
                self._handed_over_s = now_s
                self._channel.renew()
            return False
        if now_s - self._looked_s >= min(LOOK_EVERY_S, self._patience_s / 4):
            self._looked_s = now_s
            self._send_again(now_s)
        return self._send_readings(now_s) or self._send_holes(now_s)

    def acknowledged(self, payload: bytes) -> None:
        """Delete what the server says it has."""
        try:
            acks = read_acks(payload).acks
        except ValueError as error:
            log.warning("unreadable_acknowledgement", reason=str(error))
            return
        for ack in acks:
            for run in _settled(ack):
                self._outbox.settle(run)
        self.acknowledgements += 1
        self._again_after_s = self._patience_s

    def reconnected(self) -> None:
        """A message under way goes out again by itself: its confirmation has time anew."""
        self._handed_over_s = self._monotonic()

    def resend(self, asked: object) -> None:
        """The server misses these: ``[{"sn","b","from","to"}]``."""
        try:
            runs = msgspec.convert(asked, list[_Requested])
        except msgspec.ValidationError as error:
            log.warning("unreadable_resend", reason=str(error))
            return
        for run in runs:
            if 0 <= run.first <= run.last <= HIGHEST_COUNT and 0 <= run.b <= HIGHEST_COUNT:
                self._outbox.ask(Run(run.sn, run.b, run.first, run.last))

    def start_over(self) -> None:
        """Another way is taken: what is under way on the old one goes on the new one too."""
        self._outbox.send_again(math.inf)

    def _send_again(self, now_s: float) -> None:
        if again := self._outbox.send_again(now_s - self._again_after_s):
            log.warning("no_acknowledgement", rows=again, waited_s=self._again_after_s)
            self._again_after_s = min(self._again_after_s * 2, LONGEST_AGAIN_S)

    def _send_readings(self, now_s: float) -> bool:
        chosen = self._choose(now_s)
        if not chosen:
            return False
        rows, payload = pack(chosen, self._broker.codec)
        if not self._channel.send(self._packed(payload)):
            return False
        self._handed_over_s, self._joined_s = now_s, None
        self._backlog.spend(sum(r.reading.time_s < self._clock() - LIVE_S for r in rows))
        self._outbox.sent(rows, now_s)
        return True

    def _choose(self, now_s: float) -> list[Kept]:
        """What is new, what is asked for, then backlog; what is new waits for company alone.

        A server that hears live readings after a week asks for the whole week: that too is backlog.
        """
        live_from_s = self._clock() - LIVE_S
        live = self._outbox.unsent(MAX_ROWS, live_from_s)
        if live and self._joined_s is None:
            self._joined_s = now_s
        room = min(MAX_ROWS - len(live), self._backlog.now(now_s))
        asked = self._outbox.asked_for(room) if room > 0 else []
        room -= len(asked)
        backlog = self._outbox.unsent(room, -(2.0**60), live_from_s) if room > 0 else []
        joined_s = now_s if self._joined_s is None else self._joined_s
        if not (asked or backlog or self.hurry) and now_s - joined_s < self._broker.batch_s:
            return []
        return list({row.row: row for row in (*live, *asked, *backlog)}.values())

    def _send_holes(self, now_s: float) -> bool:
        holes, said = self._outbox.untold(MOST_HOLES), self._said
        if not holes or (holes == said[0] and now_s - said[1] < self._again_after_s):
            return False
        if not self._channel.send(self._packed(pack_holes(holes, self._broker.codec))):
            return False
        self._handed_over_s, self._said = now_s, (holes, now_s)
        return True

    def _packed(self, payload: bytes) -> bytes:
        return compressed(payload) if self._broker.compress else payload


def _settled(ack: Ack) -> list[Run]:
    """The runs of numbers an entry names; none of what no outbox can hold."""
    runs = [Run(ack.sn, ack.b, 0, ack.rc), *(Run(ack.sn, ack.b, *pair) for pair in ack.also)]
    return [r for r in runs if 0 <= r.first <= r.last <= HIGHEST_COUNT and r.boot <= HIGHEST_COUNT]
