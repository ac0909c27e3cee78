"""The running gateway: a thread for each bus, one for the uplink, and an eye on all of them."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import structlog

from collector.gateway.clock import GatewayClock
from collector.gateway.heartbeat import Heartbeat, notify
from collector.gateway.outbox import Outbox
from collector.gateway.poller import Poller
from collector.gateway.port import Bus
from collector.gateway.sender import Sender
from collector.gateway.trial import Trial, Verdict
from collector.gateway.updates import Updates
from collector.gateway.uplink import Uplink

WATCH_EVERY_S = 1.0
STOP_LIMIT_S = 10.0
LAST_SEND_LIMIT_S = 5.0
SAY_UNSET_EVERY_S = 600.0

log = structlog.get_logger(__name__)


class Ending(Enum):
    """Why a gateway has stopped."""

    ASKED = auto()
    ANEW = auto()
    """It is to begin again with another configuration."""
    OTHER_VERSION = auto()
    """The next start is of another version: whoever started the program does it again."""
    BROKEN = auto()


@dataclass(frozen=True, slots=True)
class Parts:
    """What a gateway is made of."""

    pollers: Sequence[tuple[Bus, Poller]]
    uplink: Uplink
    sender: Sender
    outbox: Outbox
    clock: GatewayClock
    session: str
    heartbeat: Heartbeat
    trial: Trial
    updates: Updates | None = None


class Stops:
    """What ends a gateway: ``stop`` from outside, ``anew`` from a change, ``polling`` by itself."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.anew = threading.Event()
        self.polling = threading.Event()

    def stopping(self, beat: Callable[[], object]) -> Callable[[], bool]:
        """What a poller asks before each device, and proves by it that it lives."""

        def asked() -> bool:
            beat()
            return self.polling.is_set() or self.stop.is_set()

        return asked


class Gateway:
    """Runs until it is stopped, a change asks for a new start, or one of its threads dies."""

    def __init__(self, interval_s: int, parts: Parts, stops: Stops) -> None:
        self._interval_s = interval_s
        self._parts = parts
        self._stops = stops
        self._said_unset_s = -SAY_UNSET_EVERY_S

    def run(self) -> Ending:
        """Blocks. When it ends it polls no more, and gives what waits some seconds to go out."""
        uplink, sending_stop = self._parts.uplink, threading.Event()
        pollers = [
            threading.Thread(
                target=poller.run, args=(self._interval_s, self._stops.polling.wait), daemon=True
            )
            for _, poller in self._parts.pollers
        ]
        sending = threading.Thread(
            target=uplink.run, args=(sending_stop.is_set, sending_stop.wait), daemon=True
        )
        for thread in (*pollers, sending):
            thread.start()
        threading.Thread(target=self._update, name="updates", daemon=True).start()
        notify("READY=1")
        ending = self._watch([*pollers, sending])
        self._stops.polling.set()
        for thread in pollers:
            thread.join(STOP_LIMIT_S)
        self._send_the_rest(sending)
        sending_stop.set()
        sending.join(STOP_LIMIT_S)
        for bus, _ in self._parts.pollers:
            bus.close()
        self._parts.outbox.close()
        log.info("stopped", ending=ending.name)
        return ending

    def _watch(self, threads: Sequence[threading.Thread]) -> Ending:
        """Until there is a reason to end; meanwhile the watchdog hears of those that live."""
        while not self._stops.stop.wait(WATCH_EVERY_S):
            if self._stops.anew.is_set():
                return Ending.ANEW
            if self._parts.updates and self._parts.updates.switched:
                return Ending.OTHER_VERSION
            if self._parts.outbox.broken or not all(t.is_alive() for t in threads):
                return Ending.BROKEN
            if stuck := self._parts.heartbeat.stuck():
                log.error("stuck", threads=stuck)
            else:
                notify("WATCHDOG=1")
            self._date()
            verdict = self._parts.trial.verdict()
            if verdict is not Verdict.GO_ON:
                return Ending.ANEW if verdict is Verdict.BEGIN_ANEW else Ending.BROKEN
        return Ending.ASKED

    def _update(self) -> None:
        """Not waited for at the end: what has come of a version lies on disk."""
        while self._parts.updates and not self._stops.polling.wait(WATCH_EVERY_S):
            self._parts.updates.tick()

    def _date(self) -> None:
        """Once the time is known, what was measured before gets its own."""
        started_s = self._parts.clock.started_s
        if started_s is None:
            if time.monotonic() - self._said_unset_s >= SAY_UNSET_EVERY_S:
                self._said_unset_s = time.monotonic()
                log.warning("clock_not_set", readings="wait for NTP or the server to say the time")
        elif dated := self._parts.outbox.date(self._parts.session, started_s):
            log.info("readings_dated", readings=dated)

    def _send_the_rest(self, sending: threading.Thread) -> None:
        self._parts.sender.hurry = True
        limit_s = time.monotonic() + LAST_SEND_LIMIT_S
        while sending.is_alive() and self._parts.uplink.connected and time.monotonic() < limit_s:
            if not self._parts.outbox.counts().waiting:
                return
            time.sleep(0.05)
