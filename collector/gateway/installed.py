"""Versions of the program side by side, and the one that runs: an update can always go back.

Beside the outbox lie ``versions/``, the link ``current`` to one of them, ``previous`` (what it was
before) and, until a new version has proved itself, ``trial`` with the number of its starts.
``deploy/gateway/start`` counts those and goes back by itself. ``tried`` names what was tried last
and is not kept, ``failed`` says why not.
"""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import structlog

GIVEN_UP = "99"
"""In ``trial``: not to be started again."""
ROOT = Path(__file__).resolve().parents[2]
"""Where the program that runs lies."""
_NO_WORD = "it ended before it had proved itself"
_LONGEST_WORD = 200

log = structlog.get_logger(__name__)


class Refusal(NamedTuple):
    """A version that is not to be tried again on the same order, and why."""

    order: str
    why: str


def version_name(sha256: str) -> str:
    """What a version is called, by the SHA-256 of its archive: its folder's name."""
    return sha256[:16].lower()


class Installed:
    """The folder of versions, seen from the program that runs in ``root``."""

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self._folder = folder
        self._root = root

    @property
    def running(self) -> str:
        """Name of the version that runs; empty for the program that no update brought."""
        brought = self._root.parent == (self._folder / "versions").resolve()
        return self._root.name if brought else ""

    @property
    def pending(self) -> bool:
        """Whether some version is on trial, or will be from the next start on."""
        return (self._folder / "trial").exists()

    @property
    def on_trial(self) -> bool:
        """Whether the version that runs has yet to prove itself.

        Not so the one before it, which still runs for a moment when the new one is put on trial.
        """
        here = (self._folder / "current").resolve() == self._root
        return here and _read(self._folder / "trial") not in {"", "0"}

    @property
    def refused(self) -> Refusal | None:
        """What was tried last and did not stay; None when it did, or is still on trial."""
        order = _read(self._folder / "tried")
        if not order or self.pending or order.split()[0] == self.running:
            return None
        return Refusal(order, _read(self._folder / "failed") or _NO_WORD)

    def has_failed(self, name: str) -> bool:
        """Whether this version was the last that was tried, and did not stay."""
        return self.refused is not None and self.refused.order.split()[0] == name

    def keep(self) -> None:
        """It has proved itself: what is no longer needed goes."""
        if self.on_trial:
            for name in ("trial", "tried", "failed"):
                (self._folder / name).unlink(missing_ok=True)
            self._tidy()
            log.info("version_kept")

    def take_back(self, why: str) -> None:
        """It has not: the next start is of the version before."""
        write(self._folder / "failed", why)
        # Root may have made the file: in a folder of our own it can be replaced all the same.
        write(self._folder / "trial", GIVEN_UP)
        log.error("version_taken_back", reason=why)

    def refuse(self, order: str, why: str) -> None:
        """Remember that the version of this order could not even be put on trial."""
        write(self._folder / "failed", " ".join(why.split())[:_LONGEST_WORD])
        write(self._folder / "tried", order)
        log.error("version_refused", order=order, reason=why)

    def _tidy(self) -> None:
        """Remove versions that neither run, nor are gone back to, nor lend their packages."""
        here = [self._folder / "current", Path(_read(self._folder / "previous") or "/")]
        needed = {place.resolve() for place in here}
        needed |= {(place / ".venv").resolve().parent for place in needed}
        for version in (self._folder / "versions").iterdir():
            if version.resolve() not in needed:
                shutil.rmtree(version, ignore_errors=True)


def write(file: Path, text: str) -> None:
    """Replace a small file, whole or not at all."""
    part = file.with_name(file.name + ".part")
    with part.open("w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
