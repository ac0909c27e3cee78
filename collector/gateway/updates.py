"""The version that the server wants: fetched, its signature checked, and put on trial.

What is run is decided by two: the server says which version, and nothing is unpacked that nobody
has signed whose key stands in the gateway's own file. A hint by the broker only makes it look.
"""

import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError

import structlog

from collector.gateway.download import DamagedError, Download
from collector.gateway.installed import Installed, write
from collector.gateway.new_version import UpdateError, put_on_trial, update
from collector.gateway.signature import signature_problem, signers_problem
from collector.gateway.versions_door import VersionsDoor, Wanted

FIRST_LOOK_S, LOOK_EVERY_S = 600.0, 86_400.0
"""A look costs 3 to 5 KB: with one a day, 0.003 MB for each of 50 homes and month [K]."""
HINT_EVERY_S = 60.0
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 15.0, 3600.0
"""Before the next attempt, after one that the line or the server ended."""

log = structlog.get_logger(__name__)


class Updates:
    """``tick`` often, in a thread of its own: a download takes minutes.

    ``busy``: a change is on trial, and one at a time is enough. ``on_news`` is called when
    ``said`` has changed.
    """

    def __init__(
        self,
        door: VersionsDoor,
        download: Download,
        installed: Installed,
        places: tuple[Path, Path, Path],
        busy: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``places``: the file of signers, the outbox's folder, the configuration file."""
        self._door = door
        self._download = download
        self._installed = installed
        self._signers, self._folder, self._config = places
        self._busy = busy
        self._monotonic = monotonic
        self._looked_s = monotonic() - HINT_EVERY_S
        self._next_s = monotonic() + FIRST_LOOK_S
        self._pause_s = SHORTEST_PAUSE_S
        self._hinted = False
        self._said = ""
        self._told = ""
        self.on_news: Callable[[], object] = lambda: None

    @property
    def said(self) -> str:
        """For people: what is being done about updates, or why the last one was refused."""
        if self._installed.pending:
            return "trial"
        refused = self._installed.refused
        if refused and not self._said:
            return f"refused: {refused.order.split()[0]} {refused.why}"
        return self._said or "on"

    @property
    def switched(self) -> bool:
        """Whether another version is to run from the next start on."""
        return self._installed.pending and not self._installed.on_trial

    def hint(self) -> None:
        """There may be something new: look soon."""
        self._hinted = True

    def tick(self) -> None:
        """Look if it is time to. Never raises."""
        now_s = self._monotonic()
        hinted = self._hinted and now_s - self._looked_s >= HINT_EVERY_S
        if not self._busy() and (hinted or now_s >= self._next_s):
            self._hinted, self._looked_s = False, now_s
            try:
                self._look()
                self._pause_s = SHORTEST_PAUSE_S
                self._next_s = self._monotonic() + LOOK_EVERY_S
            except Exception as error:  # whatever it is, readings go on and it is tried again
                log.warning("update_waits", reason=f"{type(error).__name__}: {error}")
                self._say(f"waits: {error}")
                self._next_s = self._monotonic() + self._patience_s(error)
        if self.said != self._told:
            self._told = self.said
            self.on_news()

    def _look(self) -> None:
        wanted = self._door.wanted()
        refused = self._installed.refused
        if wanted is None or wanted.name == self._installed.running:
            self._download.clear()
            self._say("current" if wanted else "none")
        elif refused and refused.order == wanted.order:
            self._download.clear()
            self._say("")
        else:
            self._say("loading")
            self._try(wanted)

    def _try(self, wanted: Wanted) -> None:
        version = self._folder / "versions" / wanted.name
        try:
            if version.exists() and not self._installed.has_failed(wanted.name):
                # It was signed when it came.
                put_on_trial(version, self._folder, self._config, wanted.order)
            else:
                archive = self._fetched(wanted)
                update(archive, wanted.sha256, self._folder, self._config, wanted.order)
        except (UpdateError, DamagedError) as error:
            self._installed.refuse(wanted.order, str(error))
            self._download.clear()
            self._say("")
            return
        self._download.clear()
        log.info("version_on_trial", version=wanted.name)

    def _fetched(self, wanted: Wanted) -> Path:
        if trouble := signers_problem(self._signers):
            raise OSError(trouble)
        archive = self._download.fetch(wanted)
        signature = archive.with_suffix(".sig")
        write(signature, wanted.signature)
        if problem := signature_problem(self._signers, archive, signature):
            raise UpdateError(problem)
        return archive

    def _patience_s(self, error: Exception) -> float:
        """Until the next attempt. A server that has answered with no is not asked every hour."""
        if isinstance(error, HTTPError) and error.code < 500:
            return LOOK_EVERY_S
        pause_s, self._pause_s = self._pause_s, min(self._pause_s * 2, LONGEST_PAUSE_S)
        return pause_s

    def _say(self, said: str) -> None:
        self._said = " ".join(said.split())[:200]
        if self.said != self._told:
            self._told = self.said
            self.on_news()
