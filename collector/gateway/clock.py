"""UTC on a machine without a battery-backed clock: known, or honestly not known."""

import ctypes
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import structlog

from collector.domain.clock import Clock, system_clock

EARLIEST_UTC_S = 1_262_304_000
"""2010: what is below counts seconds since the machine started (a run never lasts 40 years)."""
JUMP_S = 5.0
"""A step of the machine's clock worth telling [K]."""
_TIME_ERROR = 5
"""What adjtimex(2) returns while nothing has set the clock."""
_TIMEX_BYTES = 512
_RUN_ID = Path("/proc/sys/kernel/random/boot_id")

log = structlog.get_logger(__name__)


def synchronised() -> bool:
    """Whether NTP, of whatever make, keeps this machine's clock (Linux says so)."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # all zero: ask, set nothing
    try:
        return 0 <= ctypes.CDLL(None).adjtimex(timex) < _TIME_ERROR
    except (OSError, AttributeError):
        return False


def since_start() -> float:
    """Seconds since the machine started; nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def run_id() -> str:
    """Names the machine's present run: changes with every start of it."""
    try:
        return _RUN_ID.read_text().strip()
    except OSError:
        return "unknown"


class GatewayClock:
    """UTC seconds once the time is known, until then seconds since the machine started.

    The time is known when NTP keeps the machine's clock, when the server has said it, or from the
    start where ``source`` is "machine" (a battery keeps the clock). From then on it goes on with
    the seconds that nobody can set, so that a clock that is reset meanwhile changes nothing.
    """

    def __init__(
        self,
        source: Literal["ntp", "machine"] = "ntp",
        *,
        machine: Clock = system_clock,
        since_start: Callable[[], float] = since_start,
        synchronised: Callable[[], bool] = synchronised,
    ) -> None:
        self._machine = machine
        self._since_start = since_start
        self._synchronised = synchronised
        self._started_s: float | None = None
        if source == "machine":
            self._started_s = machine() - since_start()

    def __call__(self) -> float:
        """UTC seconds, or seconds since the start (below EARLIEST_UTC_S) while it is not set."""
        passed_s = self._since_start()
        if self._synchronised():
            self._begin(self._machine() - passed_s, "ntp")
        return passed_s if self._started_s is None else self._started_s + passed_s

    @property
    def started_s(self) -> float | None:
        """When the machine started, UTC; None while the time is not known."""
        self()
        return self._started_s

    @property
    def is_set(self) -> bool:
        """Whether the time is known."""
        return self.started_s is not None

    def set(self, utc_s: float) -> None:
        """The server says what time it is: heard by who does not know it."""
        if not self.is_set and utc_s > EARLIEST_UTC_S:
            self._begin(utc_s - self._since_start(), "server")

    def _begin(self, started_s: float, source: str) -> None:
        if self._started_s is None or abs(started_s - self._started_s) > JUMP_S:
            log.info("clock_set", source=source, first=self._started_s is None)
        self._started_s = started_s
