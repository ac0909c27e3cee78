"""Leaves the group, takes what is still its share, stores all of it, and ends the session."""

import threading
from dataclasses import dataclass

import structlog

from collector.ingest.worker import IngestWorker
from collector.intake.leaving import LeavingIntake
from collector.spool.backoff import Backoff
from collector.spool.group_commit import GroupCommit
from collector.spool.port import Spool, SpoolUnavailableError

LOOK_EVERY_S = 0.2
REST_S, TIMES_EMPTY = 1.0, 2
"""The broker must be found empty so often, with this between: not every broker answers in order."""
FIRST_PAUSE_S, LAST_PAUSE_S = 0.5, 10.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Farewell:
    """How far a collector has come with leaving, and what it did: messages, and their readings.

    ``waiting`` messages are in the spool still, -1 where that cannot be read.
    """

    left: bool
    ended: bool
    taken: int
    waiting: int
    stored: int
    refused: int


class Retirement:
    """A collector's door, spool and worker on their way out; run once."""

    def __init__(
        self, door: LeavingIntake, entry: GroupCommit, spool: Spool, worker: IngestWorker
    ) -> None:
        self._door, self._entry = door, entry
        self._spool, self._worker = spool, worker

    def run(self, stopping: threading.Event) -> Farewell:
        """Leave, as far as it gets until ``stopping`` is set; run again it goes on from there.

        Until the end the broker keeps the session and the spool what it holds, so nothing is lost
        wherever it is stopped.
        """
        self._worker.start()
        self._entry.start()
        self._door.start()
        left = self._empty_broker(stopping)
        if left:
            _log.info("out of the group; the broker holds nothing more for us")
        stored = left and self._empty_spool(stopping)
        self._entry.stop()
        self._worker.stop()
        self._door.stop()
        ended = stored and self._end_session(stopping)
        counts, waiting = self._worker.counts, self._waiting()
        self._spool.close()
        return Farewell(left, ended, self._door.taken, waiting, counts.stored, counts.refused)

    def _empty_broker(self, stopping: threading.Event) -> bool:
        empty = 0
        while empty < TIMES_EMPTY:
            if stopping.wait(REST_S if empty else LOOK_EVERY_S):
                return False
            empty = empty + 1 if self._door.is_empty(lambda: self._entry.idle) else 0
        return True

    def _empty_spool(self, stopping: threading.Event) -> bool:
        while self._waiting():
            if stopping.wait(LOOK_EVERY_S):
                return False
        return True

    def _end_session(self, stopping: threading.Event) -> bool:
        pauses = Backoff(FIRST_PAUSE_S, LAST_PAUSE_S)
        while True:
            try:
                self._door.end_session()
            except OSError as error:
                _log.warning("the session is not ended yet", trouble=str(error) or repr(error))
            else:
                return True
            if stopping.wait(pauses.next_s()):
                return False

    def _waiting(self) -> int:
        try:
            return self._spool.state().waiting
        except SpoolUnavailableError:
            return -1
