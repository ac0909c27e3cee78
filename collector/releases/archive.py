"""Whether a file is a version of Suluh, signed, before any gateway pays for fetching it."""

import hashlib
import re
import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

from collector.releases.port import Release

MOST_BYTES = 5_000_000
"""What a gateway takes at most."""
NAMESPACE = "suluh-version"
"""What is signed is a version and nothing else."""
_MARKS = ("suluh", "requirements-gateway.lock", "collector/gateway/command.py")
_SIGNATURE = "-----BEGIN SSH SIGNATURE-----"
_MOST_SIGNATURE = 10_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class NoVersionError(Exception):
    """The file cannot be given to gateways; ``str(error)`` tells a person why and what to do."""


def read_release(
    archive: Path, signature: Path, name: str, made_s: float
) -> tuple[Release, bytes, bool]:
    """The version in an archive, its bytes, and whether the signature could be checked here.

    Raises NoVersionError.
    """
    if not _NAME.fullmatch(name):
        raise NoVersionError(f"{name!r} cannot be a name: letters, digits, . - and _, 64 at most.")
    content, signed = _read(archive), _read(signature, how=_how_to_sign(archive))
    if len(content) > MOST_BYTES:
        raise NoVersionError(
            f"{archive} has {len(content):,} bytes and may have {MOST_BYTES:,}: pack only suluh, "
            "requirements-gateway.lock, collector and deploy/gateway."
        )
    if missing := [mark for mark in _MARKS if mark not in _files(archive, content)]:
        raise NoVersionError(f"{archive} is no version of Suluh: it lacks {', '.join(missing)}.")
    if not signed.startswith(_SIGNATURE.encode()) or len(signed) > _MOST_SIGNATURE:
        raise NoVersionError(f"{signature} is no signature. {_how_to_sign(archive)}")
    checked = _fits(archive, content, signature)
    digest = hashlib.sha256(content).hexdigest()
    return Release(digest, name, len(content), signed.decode("ascii"), made_s), content, checked


def _how_to_sign(archive: Path) -> str:
    return f"Make one where the key is: ssh-keygen -Y sign -n {NAMESPACE} -f KEY {archive.name}"


def _read(file: Path, how: str = "") -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NoVersionError(f"{file} cannot be read: {error.strerror}. {how}".strip()) from error


def _files(archive: Path, content: bytes) -> set[str]:
    """Names of the files inside, without the folder around all of them if there is one."""
    try:
        with tarfile.open(fileobj=BytesIO(content)) as opened:
            names = [member.name for member in opened if member.isfile()]
    except (tarfile.TarError, OSError, EOFError) as error:
        raise NoVersionError(f"{archive} is no archive (.tar.gz): {error}.") from error
    around = {name.partition("/")[0] for name in names}
    only = around.pop() + "/" if len(around) == 1 else ""
    return {name.removeprefix(only) for name in names}


def _fits(archive: Path, content: bytes, signature: Path) -> bool:
    """Whether it was checked that the signature is this archive's. Raises NoVersionError."""
    program = shutil.which("ssh-keygen")
    if program is None:
        return False
    command = [program, "-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(signature)]
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    if done.returncode != 0:
        raise NoVersionError(f"{signature} is not of this archive. {_how_to_sign(archive)}")
    return True
