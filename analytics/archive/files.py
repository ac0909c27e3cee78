"""Kept indicators as files of arrays: a folder for each neighbourhood, a file for 16 days.

A file is written beside its place and then moved there, so that a run that is killed leaves either
the old days or the new ones. A file that cannot be read counts as not kept. Folders of another
code's indicators are removed once a run has come to its end.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote
from zipfile import BadZipFile

import numpy as np
import structlog
from numpy.typing import NDArray

from analytics.archive.kept import laid_over, nothing_kept
from analytics.archive.port import KeptDays
from analytics.archive.version import code_version
from analytics.load import Neighbourhood
from collector.domain.clock import Clock

CHUNK_DAYS = 16
"""Days in a file: every night one file of each neighbourhood is written anew."""
STORED_WITHIN_S = 12 * 3_600.0
"""What waited this long before it was stored, because the store was away, is still found. It costs
nothing: the last two days are computed every night anyhow."""
_MARK = "mark.json"
_LOCK = "lock"
_VERSION = re.compile(r"[0-9a-f]{16}")
_log = structlog.get_logger(__name__)
_DAMAGED = (OSError, ValueError, KeyError, EOFError, BadZipFile)


class FileArchive:
    """The IndicatorArchive port on a folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Nothing is made before something is kept."""
        self._home, self._clock = folder, clock
        self._folder = folder / code_version()
        self._full = False
        self._seen_until_s, self._first_day = self._read_mark()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A run, alone: another process waits until it is over, then sees what it left."""
        self._full = False
        with ExitStack() as held:
            try:
                self._home.mkdir(parents=True, exist_ok=True)
                lock = held.enter_context((self._home / _LOCK).open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX)
            except OSError as error:
                self._cannot_keep(error)
            self._seen_until_s, self._first_day = self._read_mark()
            yield

    @property
    def seen_until_s(self) -> float | None:
        """What was received before this moment is in the kept days."""
        return self._seen_until_s

    @property
    def first_day(self) -> date | None:
        """No kept day is older than this."""
        return self._first_day

    def heard_until_s(self, as_of_s: float) -> tuple[float, float]:  # noqa: ARG002
        """By this machine's clock; see the port."""
        now_s = self._clock()
        return now_s - STORED_WITHIN_S, now_s

    def load(self, place: Neighbourhood, first_day: date, days: int) -> KeptDays:
        """The days kept; see the port."""
        found = nothing_kept([s.code for s in place.systems], first_day, days)
        last = first_day + timedelta(days - 1)
        for number in range(_chunk(first_day), _chunk(last) + 1):
            chunk = self._read(place, number)
            if chunk is not None:
                laid_over(chunk, found)
        return found

    def keep(self, place: Neighbourhood, days: KeptDays, changed: NDArray[np.bool_]) -> None:
        """Keep the changed days, a file after the other; see the port.

        Where the disk takes nothing more the night goes on: its tickets matter, and the mark stays
        where it was, so that these days are computed again.
        """
        try:
            self._keep(place, days, changed)
        except OSError as error:
            self._cannot_keep(error)

    def _keep(self, place: Neighbourhood, days: KeptDays, changed: NDArray[np.bool_]) -> None:
        dates = [days.first_day + timedelta(int(i)) for i in np.flatnonzero(changed)]
        if dates and (self._first_day is None or dates[0] < self._first_day):
            # Before the days themselves: what is kept must be looked after from then on.
            self._first_day = dates[0]
            self._write_mark()
        for number in sorted({_chunk(day) for day in dates}):
            chunk = nothing_kept(days.codes, _first_of(number), CHUNK_DAYS)
            before = self._read(place, number)
            if before is not None:
                laid_over(before, chunk)
            mine = [day for day in dates if _chunk(day) == number]
            to = [(day - chunk.first_day).days for day in mine]
            source = [(day - days.first_day).days for day in mine]
            chunk.keys[to] = days.keys[source]
            chunk.values[:, :, to] = days.values[:, :, source]
            self._write(place, number, chunk)

    def forget(self, place: Neighbourhood, days: frozenset[date]) -> None:
        """Drop these days, where they are kept."""
        for number in sorted({_chunk(day) for day in days}):
            chunk = self._read(place, number)
            if chunk is None:
                continue
            at = [(day - chunk.first_day).days for day in days if _chunk(day) == number]
            if chunk.keys[at].any():
                # A file less is a day forgotten, too, and that works on a full disk.
                self._path(place, number).unlink(missing_ok=True)
                chunk.keys[at] = 0
                self.keep(place, chunk, chunk.keys != 0)

    def mark(self, seen_until_s: float, oldest: date) -> None:
        """A run begins or ends; old days and other codes' days are removed; see the port."""
        if self._full:
            return
        try:
            self._mark(seen_until_s, oldest)
        except OSError as error:
            self._cannot_keep(error)

    def _mark(self, seen_until_s: float, oldest: date) -> None:
        if self._seen_until_s is None:
            # Days without a mark may lack what came since: they were never kept.
            shutil.rmtree(self._folder, ignore_errors=True)
        self._seen_until_s = max(seen_until_s, self._seen_until_s or seen_until_s)
        for path in self._folder.glob("*/*.npz"):
            if path.stem.isdigit() and _first_of(int(path.stem) + 1) <= oldest:
                path.unlink(missing_ok=True)
        if self._first_day is not None:
            self._first_day = max(self._first_day, _first_of(_chunk(oldest)))
        self._write_mark()
        for other in self._home.iterdir():
            if _VERSION.fullmatch(other.name) and other != self._folder:
                shutil.rmtree(other, ignore_errors=True)

    def _cannot_keep(self, error: OSError) -> None:
        if not self._full:
            _log.warning("indicators cannot be kept", folder=str(self._home), error=str(error))
        self._full = True

    def _path(self, place: Neighbourhood, number: int) -> Path:
        name = quote(place.village.name, safe=" ").replace(".", "%2E")
        return self._folder / f"{name}-{place.part}" / f"{number}.npz"

    def _read(self, place: Neighbourhood, number: int) -> KeptDays | None:
        if self._seen_until_s is None:
            return None
        try:
            with np.load(self._path(place, number), allow_pickle=False) as found:
                codes = tuple(found["codes"].tolist())
                return KeptDays(codes, _first_of(number), found["keys"], found["values"])
        except _DAMAGED:
            return None

    def _write(self, place: Neighbourhood, number: int, chunk: KeptDays) -> None:
        path = self._path(place, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        with beside.open("wb") as file:
            np.savez(file, codes=np.array(chunk.codes), keys=chunk.keys, values=chunk.values)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def _read_mark(self) -> tuple[float | None, date | None]:
        try:
            told = json.loads((self._folder / _MARK).read_text())
            first_day = told["first_day"]
            return (
                float(told["seen_until_s"]),
                None if first_day is None else date.fromisoformat(first_day),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None, None

    def _write_mark(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = self._folder / f"{_MARK}.new"
        first_day = None if self._first_day is None else self._first_day.isoformat()
        beside.write_text(json.dumps({"seen_until_s": self._seen_until_s, "first_day": first_day}))
        beside.replace(self._folder / _MARK)


def _chunk(day: date) -> int:
    return day.toordinal() // CHUNK_DAYS


def _first_of(number: int) -> date:
    return date.fromordinal(max(1, number * CHUNK_DAYS))
