"""What `suluh doctor` asks of the machine. Each question takes what it judges as arguments."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from api.health.finding import Finding, Verdict
from api.health.parts import Part

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)
# [K] The pilot fleet keeps some 50 MB a month; below this a full disk is near.
LEAST_FREE_BYTES = 500_000_000
# No reading was ever taken before Suluh existed: an earlier clock has lost its battery.
EARLIEST_DAY = datetime(2025, 1, 1, tzinfo=UTC)


def python_version(version: tuple[int, int]) -> Finding:
    """Whether this Python is one that Suluh is tested with."""
    found = f"Python {version[0]}.{version[1]}"
    if OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        return Finding("python", Verdict.OK, found)
    return Finding("python", Verdict.FAULT, found, "install Python 3.11 to 3.14")


def external_part(part: Part, environment: Mapping[str, str]) -> Finding:
    """Whether a program that Suluh works with is on this machine; none is indispensable."""
    path = part.find(environment)
    if path is not None:
        return Finding(part.name, Verdict.OK, f"{path} ({part.purpose})")
    missing_for = "only for tests: " if part.needed_by == "tests" else ""
    return Finding(
        part.name, Verdict.NOTICE, f"missing; {missing_for}{part.purpose}", part.how_to_get
    )


def data_folder(folder: Path) -> Finding:
    """Whether the data folder can be made and written to."""
    place = _nearest_existing(folder)
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        to_do = f"make {folder} writable, or set SULUH_DATA_DIR to another folder"
        return Finding("data folder", Verdict.FAULT, f"{folder}: {reason}", to_do)
    made = "writable" if folder.exists() else "not there yet, will be made"
    return Finding("data folder", Verdict.OK, f"{folder.resolve()}: {made}")


def disk_space(folder: Path, least_bytes: int = LEAST_FREE_BYTES) -> Finding:
    """Whether there is room for readings."""
    free = shutil.disk_usage(_nearest_existing(folder)).free
    found = f"{free / 1e9:.1f} GB free"
    if free >= least_bytes:
        return Finding("disk", Verdict.OK, found)
    to_do = f"free some space: at least {least_bytes / 1e9:.1f} GB is wanted"
    return Finding("disk", Verdict.FAULT, found, to_do)


def port(what: str, host: str, number: int, variable: str) -> Finding:
    """Whether something listens already where `what` would; it may well be Suluh itself."""
    try:
        with socket.create_connection((host, number), timeout=0.5):
            taken = True
    except socket.gaierror:
        return Finding(what, Verdict.NOTICE, f"{host} cannot be found", "check the host's name")
    except OSError:
        taken = False
    if not taken:
        return Finding(what, Verdict.OK, f"{host}:{number} is free")
    to_do = f"if it is not Suluh's own, set {variable} to another port"
    return Finding(what, Verdict.NOTICE, f"{host}:{number} answers already", to_do)


def clock(now: datetime, newest_file: datetime) -> Finding:
    """Whether the clock can be right: not before Suluh existed, nor before its own files."""
    found = f"{now:%Y-%m-%d %H:%M} UTC"
    earliest = max(EARLIEST_DAY, newest_file)
    # A day's grace: files may come from a machine in a zone that was set wrong.
    if (earliest - now).total_seconds() < 86_400:
        return Finding("clock", Verdict.OK, found)
    to_do = "set the clock: readings would be kept under wrong times"
    return Finding("clock", Verdict.FAULT, f"{found}, earlier than Suluh's files", to_do)


def _nearest_existing(folder: Path) -> Path:
    """The folder itself, or the one above it that exists."""
    folder = folder.resolve()
    return next(place for place in (folder, *folder.parents) if place.exists())
