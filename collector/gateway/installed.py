"""Versions of the program side by side, and the one that runs: an update can always go back.

Beside the outbox lie ``versions/``, the link ``current`` to one of them, ``previous`` (what it was
before) and, until a new version has proved itself, ``trial`` with the number of its starts.
``deploy/gateway/start`` counts those and goes back by itself.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import structlog

GIVEN_UP = "99"
"""In ``trial``: not to be started again."""
_MARKS = ("suluh", "requirements-gateway.lock", "collector/gateway/command.py")

log = structlog.get_logger(__name__)


class UpdateError(Exception):
    """The update was not made; what ran before still does. The message says why."""


class Installed:
    """The folder of versions, seen from the program that runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def on_trial(self) -> bool:
        """Whether this version has yet to prove itself."""
        return (self._folder / "trial").exists()

    def keep(self) -> None:
        """It has."""
        if self.on_trial:
            (self._folder / "trial").unlink()
            log.info("version_kept")

    def take_back(self, why: str) -> None:
        """It has not: the next start is of the version before."""
        # Root may have made the file: in a folder of our own it can be replaced all the same.
        _write(self._folder / "trial", GIVEN_UP)
        log.error("version_taken_back", reason=why)


def update(archive: Path, sha256: str, folder: Path, config: Path) -> Path:
    """Put the version in an archive on trial, to run from the next start on; its folder.

    It is unpacked beside the others, gets its packages and must be able to read ``config`` before
    anything is switched. Raises UpdateError.
    """
    try:
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
    except OSError as error:
        raise UpdateError(f"cannot read {archive}: {error.strerror}") from error
    if found != sha256.lower():
        raise UpdateError(f"{archive} is not what was promised: its SHA-256 is {found}")
    version = folder / "versions" / found[:16]
    if not version.exists():
        _unpack(archive, version)
    _share_packages(folder / "current", version)
    check = [sys.executable, str(version / "suluh"), "gateway", "check", "--config", str(config)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise UpdateError(f"the new version does not start:\n{done.stdout}{done.stderr}")
    current = folder / "current"
    _write(folder / "previous", str(current.readlink()) if current.is_symlink() else "")
    _write(folder / "trial", "0")
    part = folder / "current.part"
    part.unlink(missing_ok=True)
    part.symlink_to(version)
    part.replace(current)
    return version


def _unpack(archive: Path, version: Path) -> None:
    """Unpack into a folder that bears the version's name only when it is whole."""
    part = version.with_name(version.name + ".part")
    part.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive) as files:
            files.extractall(part, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise UpdateError(f"{archive} cannot be unpacked: {error}") from error
    inside = list(part.iterdir())
    root = inside[0] if len(inside) == 1 and inside[0].is_dir() else part
    if missing := [name for name in _MARKS if not (root / name).is_file()]:
        raise UpdateError(f"{archive} is no version of Suluh: it lacks {', '.join(missing)}")
    root.rename(version)


def _share_packages(current: Path, version: Path) -> None:
    """Where the lock is the same, the packages are: a village pays for every megabyte."""
    mine, lock = version / ".venv", "requirements-gateway.lock"
    old = current if current.exists() else Path(__file__).resolve().parents[2]
    environment = (old / ".venv").resolve()
    if mine.exists() or not environment.is_dir() or not (old / lock).is_file():
        return
    if (old / lock).read_bytes() == (version / lock).read_bytes():
        mine.symlink_to(environment)


def _write(file: Path, text: str) -> None:
    part = file.with_name(file.name + ".part")
    with part.open("w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)
