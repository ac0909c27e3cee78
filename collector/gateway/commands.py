"""What the server may ask of a gateway. None of it is code, and none of it reaches a device."""

import math
import time
from collections.abc import Callable

import msgspec
import structlog

from collector.gateway.clock import GatewayClock
from collector.gateway.revisions import Revisions
from collector.gateway.sender import Sender

FRESH_S = 30.0
"""A time said later after asking may have lain somewhere on the way."""

log = structlog.get_logger(__name__)


class Commands:
    """``take`` a payload of the cmd topic.

    ``on_change`` is called for a configuration to try, ``on_update`` when there may be a version:
    which one, and whether it is run, is never decided by what comes here.
    """

    def __init__(
        self,
        sender: Sender,
        clock: GatewayClock,
        revisions: Revisions,
        on_change: Callable[[], object],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sender = sender
        self._clock = clock
        self._revisions = revisions
        self._on_change = on_change
        self.on_update: Callable[[], object] = lambda: None
        self._monotonic = monotonic
        self._asked_s = -math.inf

    def ask_for_time(self) -> bool:
        """Whether our state is to say now that the clock is not set: an answer will be heard."""
        now_s = self._monotonic()
        if self._clock.is_set or now_s - self._asked_s <= FRESH_S:
            return False
        self._asked_s = now_s
        return True

    def take(self, payload: bytes) -> None:
        """Do what it says; what cannot be understood is told in the log and left."""
        try:
            command = msgspec.json.decode(payload, type=dict[str, object])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("unreadable_command", reason=str(error))
            return
        known = {"resend": self._sender.resend, "time": self._time, "config": self._config}
        for name, said in command.items():
            if name == "interval_s":
                self._config({"interval_s": said})
            elif name == "update" and isinstance(said, dict):
                self.on_update()
            elif name in known:
                known[name](said)
            else:
                log.warning("command_not_known", command=name[:40])

    def _time(self, said: object) -> None:
        if self._clock.is_set or self._monotonic() - self._asked_s > FRESH_S:
            log.warning("time_not_asked_for")
        elif isinstance(said, int | float) and not isinstance(said, bool):
            self._clock.set(float(said))

    def _config(self, said: object) -> None:
        if not isinstance(said, dict):
            log.warning("unreadable_configuration")
        elif self._revisions.propose(said):
            self._on_change()
