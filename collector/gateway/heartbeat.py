"""Proof of life: every thread beats, and systemd's watchdog hears of it while all of them do."""

import os
import socket
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)


class Heartbeat:
    """Threads beat under a name; one that is silent for longer than it said is held for stuck."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._threads: dict[str, tuple[float, float]] = {}

    def expect(self, name: str, within_s: float) -> Callable[[], None]:
        """A function to call at least so often; the time counts from now on."""

        def beat() -> None:
            self._threads[name] = (self._monotonic(), within_s)

        beat()
        return beat

    def stuck(self) -> list[str]:
        """Threads that have not beaten in their time."""
        now_s = self._monotonic()
        return sorted(n for n, (at_s, within_s) in self._threads.items() if now_s - at_s > within_s)


def notify(said: str, address: str | None = None) -> None:
    """Tell systemd ``READY=1``, ``WATCHDOG=1``, ``STOPPING=1``; nothing where it does not listen.

    The protocol is that of sd_notify(3): a datagram to the socket that NOTIFY_SOCKET names.
    """
    address = os.environ.get("NOTIFY_SOCKET", "") if address is None else address
    if not address:
        return
    # A leading @ stands for the zero byte of Linux's abstract names.
    place = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(said.encode(), place)
    except OSError as error:
        log.warning("systemd_not_reached", reason=str(error))
