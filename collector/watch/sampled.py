"""Numbers that cost a query: asked for now and then, beside those who want them."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog

from collector.domain.clock import Clock

EVERY_S, TOO_OLD_S = 30.0, 300.0
WAIT_S = 1.0
"""For an answer that is on its way; later it serves those who ask next."""
_log = structlog.get_logger(__name__)
Value = TypeVar("Value")


class Sampled(Generic[Value]):
    """What ``ask`` returned last; a database that hangs holds up nobody."""

    def __init__(self, ask: Callable[[], Value], monotonic: Clock) -> None:
        self._ask, self._monotonic = ask, monotonic
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._told: tuple[float, Value] | None = None

    def __call__(self) -> Value | None:
        """The value, TOO_OLD_S old at most; None while there is none."""
        with self._lock:
            if self._age_s() > EVERY_S and (self._asking is None or not self._asking.is_alive()):
                self._asking = threading.Thread(target=self._look, name="sampled", daemon=True)
                self._asking.start()
            asking = self._asking
        if asking is not None:
            asking.join(WAIT_S)
        told = self._told
        return told[1] if told is not None and self._age_s() <= TOO_OLD_S else None

    def _age_s(self) -> float:
        return float("inf") if self._told is None else self._monotonic() - self._told[0]

    def _look(self) -> None:
        try:
            self._told = self._monotonic(), self._ask()
        except Exception as error:  # whatever it is, those who ask next try again
            _log.warning("numbers of the database are missing", trouble=type(error).__name__)
