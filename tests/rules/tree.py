"""What may not stand in any file: hosts of package registries, places of one machine, secrets."""

from __future__ import annotations

import re
from pathlib import Path

from tests.rules.sources import files, texts

LARGEST_FILE_BYTES = 1_000_000

# Written apart, so that this list does not find itself.
REGISTRY_WORDS = tuple(
    "".join(parts)
    for parts in (
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("proxy.", "golang.org"),
        ("sum.", "golang.org"),
        ("go", "proxy."),
        ("registry.", "npmjs"),
        ("registry.", "yarnpkg"),
        ("crates", ".io"),
        ("docker", ".io"),
        ("gh", "cr.io"),
        ("qu", "ay.io"),
        ("deb.", "debian.org"),
        ("arti", "factory"),
        ("--index", "-url"),
        ("--extra-index", "-url"),
        ("--trusted", "-host"),
        ("--find", "-links"),
    )
)
_MACHINE_PATH = re.compile(r"(?<![\w./$}*>-])/(?:work|root|home)(?:/|(?=[\s\"'`:,;)]|$))")
_SECRETS = re.compile(
    "-----BEGIN [A-Z ]*" + "PRIVATE KEY"
    r"|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abp]-[A-Za-z0-9-]{20,}"
    r"|(?i:password|passwd|secret|token|api_key)\w*\s*[:=]\s*[\"'][A-Za-z0-9+/_=-]{20,}[\"']"
)
_SECRET_NAMES = re.compile(r"(^|/)(\.env|id_[a-z0-9]+|.*\.(pem|key|p12|pfx))$")


def registry_hosts(root: Path) -> list[str]:
    """Places where a package registry or a mirror is named."""
    return [
        f"{name}: {word}"
        for name, text in texts(root)
        for word in REGISTRY_WORDS
        if word in text.lower()
    ]


def machine_paths(root: Path) -> list[str]:
    """Places where a path of one particular machine is named."""
    return _matches(root, _MACHINE_PATH)


def secrets(root: Path) -> list[str]:
    """Keys, tokens and passwords, by their look or their file's name."""
    named = [str(p.relative_to(root)) for p in files(root)]
    return [n for n in named if _SECRET_NAMES.search(n)] + _matches(root, _SECRETS)


def large_files(root: Path) -> list[str]:
    """Files above a megabyte."""
    return [
        f"{p.relative_to(root)}: {p.stat().st_size} bytes"
        for p in files(root)
        if p.stat().st_size > LARGEST_FILE_BYTES
    ]


def _matches(root: Path, pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group().strip()}"
        for name, text in texts(root)
        for match in pattern.finditer(text)
    ]
