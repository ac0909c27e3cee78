"""The running gateway: a thread for each bus, one for the uplink, and an eye on all of them."""

import threading
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
        """Blocks; True after an orderly stop, False when a thread had died."""
        threads = [
            threading.Thread(target=p.run, args=(self._interval_s, self._stop.wait), daemon=True)
            for _, p in self._pollers
        ]
        threads.append(
            threading.Thread(
                target=self._uplink.run, args=(self._stop.is_set, self._stop.wait), daemon=True
            )
        )
        for thread in threads:
            thread.start()
        while all(t.is_alive() for t in threads) and not self._stop.wait(WATCH_EVERY_S):
            pass
        orderly = self._stop.is_set()
        self._stop.set()
        for thread in threads:
            thread.join(STOP_LIMIT_S)
        for bus, _ in self._pollers:
            bus.close()
        self._outbox.close()
        log.info("stopped", orderly=orderly)
        return orderly

    def _command(self, payload: bytes) -> None:
        """Commands of the server; this version knows ``resend`` and leaves the others be."""
        try:
            command = msgspec.json.decode(payload, type=dict[str, object])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("unreadable_command", reason=str(error))
            return
        if "resend" in command:
            self._sender.resend()
        if others := sorted(command.keys() - {"resend"}):
            log.warning("command_not_supported", commands=others)
