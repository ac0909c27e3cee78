"""Whether the collector is able to do its work, and what to look at before it is not."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from collector.domain.clock import Clock
from collector.spool.port import SpoolState, SpoolUnavailableError

ALARM_SHARE, FULL_SHARE = 0.70, 0.95
"""Of the spool's allowed bytes: an alarm, and not ready."""
AWAY_S = 300.0
"""A store or broker that is away for longer makes the collector not ready; shorter is a restart."""
LOOK_EVERY_S = 5.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at. ``spool`` raises SpoolUnavailableError; troubles are empty when none.

    ``broker_dropped`` is how many messages the broker says it has dropped since it started.
    """

    spool: Callable[[], SpoolState]
    entry_trouble: Callable[[], str]
    store_trouble: Callable[[], str]
    connected: Callable[[], bool]
    broker_dropped: Callable[[], int]


class Watch:
    """Looks every few seconds between ``start`` and ``stop``; each alarm is logged once."""

    def __init__(self, watched: Watched, monotonic: Clock) -> None:
        self._watched, self._monotonic = watched, monotonic
        self._since_s: dict[str, float] = {}
        self._told: set[str] = set()
        self._dropped_before = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Note since when something is wrong, and log alarms that are new."""
        self._since("store", wrong=bool(self._watched.store_trouble()))
        self._since("broker", wrong=not self._watched.connected())
        alarms = self.alarms()
        for kind in sorted(alarms.keys() - self._told):
            _log.error("alarm", kind=kind, what=alarms[kind])
        for kind in sorted(self._told - alarms.keys()):
            _log.info("alarm is over", kind=kind)
        self._told = set(alarms)

    def checks(self) -> dict[str, str]:
        """``{"spool": "ok" | why not, "store": ..., "broker": ...}``, as of now."""
        return {
            "spool": self._spool() or "ok",
            "store": self._away("store", self._watched.store_trouble()) or "ok",
            "broker": self._away("broker", "" if self._watched.connected() else "not connected")
            or "ok",
        }

    def alarms(self) -> dict[str, str]:
        """What somebody should look at, by kind; none in good times."""
        found: dict[str, str] = {}
        try:
            filled = self._watched.spool().filled
            if filled >= ALARM_SHARE:
                found["spool"] = f"{filled:.0%} of SULUH_SPOOL_MAX_MB wait to be stored"
        except SpoolUnavailableError as error:
            found["spool"] = str(error)
        dropped = self._watched.broker_dropped()
        if dropped < self._dropped_before:  # the broker was started anew
            self._dropped_before = 0
        if dropped > self._dropped_before:
            found["broker_dropped"] = (
                f"the broker has dropped {dropped} messages: is max_queued_bytes too small?"
            )
        return found | {k: v for k, v in self.checks().items() if v != "ok" and k not in found}

    def _spool(self) -> str:
        try:
            filled = self._watched.spool().filled
        except SpoolUnavailableError as error:
            return str(error)
        if filled >= FULL_SHARE:
            return f"{filled:.0%} full"
        return self._watched.entry_trouble()

    def _away(self, what: str, trouble: str) -> str:
        since_s = self._since_s.get(what)
        if not trouble or since_s is None:
            return ""
        away_s = self._monotonic() - since_s
        return f"{trouble} for {away_s:.0f} s" if away_s > AWAY_S else ""

    def _since(self, what: str, *, wrong: bool) -> None:
        if not wrong:
            self._since_s.pop(what, None)
        else:
            self._since_s.setdefault(what, self._monotonic())

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            try:
                self.look()
            except Exception:  # whatever it is, somebody must go on looking
                _log.exception("the watch stumbled")
