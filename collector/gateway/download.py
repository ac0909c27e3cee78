"""An archive comes in pieces at a modest rate, and goes on where the line broke."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from collector.gateway.allowance import Allowance
from collector.gateway.versions_door import VersionsDoor, Wanted

BYTES_PER_MIN = 120_000
"""A 2G link carries some 300 KB a minute: readings must get through beside it [K]."""
PIECE_BYTES = 8_192
ROOM_BYTES = 50_000_000
"""What is to stay free on disk beside a version, packed and unpacked: readings come first [K]."""
_UNPACKED = 8


class DamagedError(Exception):
    """What came is not what the server said it would be; it has been thrown away."""


class Download:
    """Keeps what has come in ``folder``, and there only what belongs to one archive."""

    def __init__(
        self,
        door: VersionsDoor,
        folder: Path,
        stopping: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._door = door
        self._folder = folder
        self._stopping = stopping
        self._monotonic = monotonic
        self._wait = wait
        self._allowance = Allowance(BYTES_PER_MIN, monotonic())

    def clear(self, but: str = "") -> None:
        """Throw away whatever belongs to another archive than ``but`` (its SHA-256)."""
        if self._folder.is_dir():
            for file in self._folder.iterdir():
                if not but or not file.name.startswith(but):
                    file.unlink()

    def fetch(self, wanted: Wanted) -> Path:
        """The whole archive, after however many calls it takes.

        Raises OSError when the line or the disk ends it for now, DamagedError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self.clear(but=wanted.sha256)
        archive = self._folder / f"{wanted.sha256}.tar.gz"
        have = archive.stat().st_size if archive.exists() else 0
        if have < wanted.size_bytes:
            self._ensure_room(wanted)
            self._go_on(wanted, archive, have)
        with archive.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        if found != wanted.sha256:
            archive.unlink()
            if have:
                # The power may have failed while it was written.
                raise OSError("what had come before was damaged; it is fetched from the beginning")
            raise DamagedError(f"what came has another sum than was said: {found}")
        return archive

    def _ensure_room(self, wanted: Wanted) -> None:
        needed = ROOM_BYTES + _UNPACKED * wanted.size_bytes
        if shutil.disk_usage(self._folder).free < needed:
            raise OSError(f"less than {needed // 1_000_000} MB free on disk")

    def _go_on(self, wanted: Wanted, archive: Path, have: int) -> None:
        with self._door.archive(wanted.sha256, have) as answer, archive.open("ab") as file:
            if have and answer.status != 206:
                have = 0
                file.truncate(0)
            while have < wanted.size_bytes:
                if self._stopping():
                    raise OSError("the gateway stops")
                allowed = min(self._allowance.now(self._monotonic()), PIECE_BYTES)
                if not allowed:
                    self._wait(1.0)
                    continue
                try:
                    piece = answer.read1(min(allowed, wanted.size_bytes - have))
                except (HTTPException, ValueError) as error:
                    raise OSError(f"the line broke: {error}") from error
                if not piece:
                    raise OSError(f"the line broke after {have} of {wanted.size_bytes} bytes")
                file.write(piece)
                have += len(piece)
                self._allowance.spend(len(piece))
            file.flush()
            os.fsync(file.fileno())
