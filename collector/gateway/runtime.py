"""The running gateway: a thread for each bus, one for the uplink, and an eye on all of them."""

import threading
import time
from collections.abc import Sequence

import msgspec
import structlog

from collector.gateway.outbox import Outbox
from collector.gateway.poller import Poller
from collector.gateway.port import Bus
from collector.gateway.sender import Sender
from collector.gateway.uplink import Uplink

WATCH_EVERY_S = 1.0
STOP_LIMIT_S = 10.0
LAST_SEND_LIMIT_S = 5.0

log = structlog.get_logger(__name__)


class Gateway:
    """Runs until ``stop`` is set, or until one of its threads dies, which must not go unseen."""

    def __init__(
        self,
        interval_s: int,
        pollers: Sequence[tuple[Bus, Poller]],
        uplink: Uplink,
        sender: Sender,
        outbox: Outbox,
        stop: threading.Event,
    ) -> None:
        self._interval_s = interval_s
        self._pollers = pollers
        self._uplink = uplink
        self._sender = sender
        self._outbox = outbox
        self._stop = stop
        uplink.on_ack = sender.acknowledged
        uplink.on_tick = sender.tick
        uplink.on_connected = sender.reconnected
        uplink.on_command = self._command

    def run(self) -> bool:
        """Blocks; True after an orderly stop, False when a thread had died.

        When stopped it polls no more, and gives what waits a few seconds to reach the server.
        """
        pollers = [
            threading.Thread(target=p.run, args=(self._interval_s, self._stop.wait), daemon=True)
            for _, p in self._pollers
        ]
        sending_stop = threading.Event()
        uplink = threading.Thread(
            target=self._uplink.run, args=(sending_stop.is_set, sending_stop.wait), daemon=True
        )
        threads = [*pollers, uplink]
        for thread in threads:
            thread.start()
        while all(t.is_alive() for t in threads) and not self._stop.wait(WATCH_EVERY_S):
            pass
        orderly = self._stop.is_set()
        self._stop.set()
        for thread in pollers:
            thread.join(STOP_LIMIT_S)
        self._send_the_rest(uplink)
        sending_stop.set()
        uplink.join(STOP_LIMIT_S)
        for bus, _ in self._pollers:
            bus.close()
        self._outbox.close()
        log.info("stopped", orderly=orderly)
        return orderly

    def _send_the_rest(self, uplink: threading.Thread) -> None:
        self._sender.hurry = True
        limit_s = time.monotonic() + LAST_SEND_LIMIT_S
        while uplink.is_alive() and self._uplink.connected and time.monotonic() < limit_s:
            if not self._outbox.counts().waiting:
                return
            time.sleep(0.05)

    def _command(self, payload: bytes) -> None:
        """Commands of the server; this version knows ``resend`` and leaves the others be."""
        try:
            command = msgspec.json.decode(payload, type=dict[str, object])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("unreadable_command", reason=str(error))
            return
        if "resend" in command:
            self._sender.resend(command["resend"])
        if others := sorted(command.keys() - {"resend"}):
            log.warning("command_not_supported", commands=others)
