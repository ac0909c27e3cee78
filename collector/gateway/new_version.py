"""An archive becomes a version on trial: unpacked beside the others, with packages, and checked."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from collector.gateway.installed import ROOT, Installed, version_name, write

LOCK = "requirements-gateway.lock"
_MARKS = ("suluh", LOCK, "collector/gateway/command.py")


class UpdateError(Exception):
    """The update was not made; what ran before still does. The message says why."""


def update(archive: Path, sha256: str, folder: Path, config: Path, order: str = "") -> Path:
    """Put the version in an archive on trial, to run from the next start on; its folder.

    It is unpacked beside the others, gets its packages and must be able to read ``config`` before
    anything is switched. ``order`` begins with the version's name and is remembered should it
    fail. Raises UpdateError.
    """
    try:
        with archive.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise UpdateError(f"cannot read {archive}: {error.strerror}") from error
    if found != sha256.lower():
        raise UpdateError(f"{archive} is not what was promised: its SHA-256 is {found}")
    version = folder / "versions" / version_name(found)
    if Installed(folder).has_failed(version.name):
        # Whatever was wrong with it: the power may have failed while it was unpacked.
        shutil.rmtree(version, ignore_errors=True)
    if not version.exists():
        _unpack(archive, version)
    put_on_trial(version, folder, config, order)
    return version


def put_on_trial(version: Path, folder: Path, config: Path, order: str = "") -> None:
    """Switch to a version that is unpacked. Raises UpdateError, and then nothing has changed."""
    _give_packages(folder / "current", version)
    check = [sys.executable, str(version / "suluh"), "gateway", "check", "--config", str(config)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise UpdateError(f"the new version does not start:\n{done.stdout}{done.stderr}")
    current = folder / "current"
    (folder / "failed").unlink(missing_ok=True)
    write(folder / "previous", str(current.readlink()) if current.is_symlink() else "")
    write(folder / "trial", "0")
    write(folder / "tried", order or version.name)
    part = folder / "current.part"
    part.unlink(missing_ok=True)
    part.symlink_to(version)
    part.replace(current)


def _unpack(archive: Path, version: Path) -> None:
    """Unpack into a folder that bears the version's name only when it is whole."""
    part = version.with_name(version.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
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


def _give_packages(current: Path, version: Path) -> None:
    """The packages of the version before, a village pays for every megabyte.

    Shared where the lock is the same; else copied, so that only what differs is fetched.
    """
    mine = version / ".venv"
    old = current if current.exists() else ROOT
    environment = (old / ".venv").resolve()
    if mine.exists() or not environment.is_dir() or not (old / LOCK).is_file():
        return
    if (old / LOCK).read_bytes() == (version / LOCK).read_bytes():
        mine.symlink_to(environment)
        return
    part = version / ".venv.part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(environment, part, symlinks=True)
    part.rename(mine)
