"""The way to the server: MQTT where that works, HTTPS while it has not for a while."""

import time
from collections.abc import Callable

import structlog

from collector.gateway.sender import Channel

log = structlog.get_logger(__name__)


class Road:
    """A ``sender.Channel`` over the broker and, while ``detour`` lasts, over ``post``.

    ``post`` hands a message to the server and returns its answer, None when it did not take it;
    ``on_answer`` hears the answers, ``on_detour`` that the other way is taken.
    """

    def __init__(
        self,
        broker: Channel,
        post: Callable[[bytes], bytes | None] | None,
        after_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._broker = broker
        self._post = post
        self._after_s = after_s
        self._monotonic = monotonic
        self._well_s = monotonic()
        self._detour = False
        self._announced = False
        self.on_answer: Callable[[bytes], object] = lambda _: None
        self.on_detour: Callable[[], object] = lambda: None

    @property
    def connected(self) -> bool:
        """See ``Channel``."""
        return self._detour or self._broker.connected

    @property
    def delivered(self) -> bool:
        """See ``Channel``."""
        return self._detour or self._broker.delivered

    def send(self, payload: bytes) -> bool:
        """See ``Channel``."""
        if not self._detour or self._post is None:
            return self._broker.send(payload)
        answer = self._post(payload)
        if answer is None:
            self._detour = False
            return False
        self.on_answer(answer)
        return True

    def renew(self) -> None:
        """See ``Channel``."""
        self._broker.renew()

    def well(self) -> None:
        """The broker lets us in."""
        self._well_s = self._monotonic()
        self._announced = False

    def away(self, send_one: Callable[[], bool]) -> None:
        """The broker cannot be reached now: send what there is by the other way, if it is time."""
        if self._post is None or self._monotonic() - self._well_s < self._after_s:
            return
        if not self._announced:
            self._announced = True
            self.on_detour()
        self._detour, sent = True, 0
        try:
            while self._detour and send_one():
                sent += 1
        finally:
            self._detour = False
        if sent:
            log.info("sent_by_https", messages=sent)
