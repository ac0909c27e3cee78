"""The password file and access list of mosquitto, made from the credentials in the database."""

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from collector.publishers.credentials import hashed, matches
from collector.publishers.port import Publisher

PASSWORDS, ACCESS = "passwords", "acl"
_PUBLISHERS = """\
# A publisher writes under its own name only; %u is its user name.
pattern write shs/v1/%u/data
pattern write shs/v1/%u/birth
pattern write shs/v1/%u/state
pattern read shs/v1/%u/ack
pattern read shs/v1/%u/cmd
"""
_COLLECTORS = """
# v1/... (ThingsBoard's topics) name no publisher, so nobody may write there.
user {name}
topic read shs/v1/+/data
topic read shs/v1/+/birth
topic read shs/v1/+/state
topic write shs/v1/+/ack
topic write shs/v1/+/cmd
topic read v1/devices/me/telemetry
topic read v1/gateway/telemetry
topic read $SYS/#
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many publishers are let in, and whether anything changed."""

    publishers: int
    changed: bool


def access_list(collector: str) -> str:
    """Who may write and read which topic: collectors by their user name, publishers by theirs."""
    return _PUBLISHERS + _COLLECTORS.format(name=collector)


def write_broker_files(
    folder: Path, publishers: Iterable[Publisher], collector: tuple[str, str], owner: str = ""
) -> Written:
    """Write both files whole, readable by their owner alone; mosquitto reads them at a SIGHUP.

    ``collector`` is the collectors' user name and password; ``owner`` the user as whom the broker
    runs. Raises OSError, and LookupError when there is no such user.
    """
    passwords = folder / PASSWORDS
    active = [p for p in publishers if p.active]
    lines = [f"{p.name}:{p.secret_hash}\n" for p in active if p.name != collector[0]]
    mine = _line(_kept(passwords), *collector)
    changed = [
        _replace(passwords, "".join([mine, *lines]), owner),
        _replace(folder / ACCESS, access_list(collector[0]), owner),
    ]
    return Written(len(lines), any(changed))


def _kept(passwords: Path) -> Mapping[str, str]:
    """Hash of each user in a password file; none when there is no file yet."""
    if not passwords.exists():
        return {}
    lines = (line.partition(":") for line in passwords.read_text().splitlines())
    return {name: secret_hash for name, _, secret_hash in lines}


def _line(kept: Mapping[str, str], name: str, secret: str) -> str:
    """The line of a user; the one there is, while it is right: a new salt would be no news."""
    known = kept.get(name, "")
    return f"{name}:{known if matches(secret, known) else hashed(secret)}\n"


def _replace(path: Path, text: str, owner: str) -> bool:
    """Put a file in place of the old one at once, so that nobody reads half of it."""
    if path.exists() and path.read_text() == text:
        return False
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    if owner:
        shutil.chown(part, owner)
    part.replace(path)
    return True
