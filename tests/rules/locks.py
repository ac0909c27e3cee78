"""Lock files pin everything, with hashes, and say nothing of where it comes from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-gateway.lock")
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,.-]+\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def pins(path: Path) -> dict[str, str]:
    """Package (normalised) -> version."""
    return {
        normal(match[1]): match[2]
        for line in path.read_text().splitlines()
        if (match := _PIN.match(line))
    }


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lock_faults(path: Path) -> list[str]:
    """Requirements that are not `name==version` with at least one SHA-256."""
    joined = path.read_text().replace("\\\n", " ")
    requirements = [line for line in joined.splitlines() if line.strip() and line[0] not in " #"]
    faults = []
    for requirement in requirements:
        if not _PIN.match(requirement):
            faults.append(f"{path.name}: not pinned: {requirement[:60]}")
        elif not _HASH.search(requirement):
            faults.append(f"{path.name}: no hash: {requirement.split()[0]}")
    return faults or ([] if requirements else [f"{path.name}: empty"])


def unlocked(root: Path) -> list[str]:
    """What pyproject.toml asks for and the locks lack, and where the locks differ."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    product, test, gateway = (pins(root / lock) for lock in LOCKS)
    groups = project["dependency-groups"]
    faults = [
        f"{lock}: {name} is missing"
        for lock, held, asked in (
            (LOCKS[0], product, project["project"]["dependencies"]),
            (LOCKS[1], test, groups["dev"]),
            (LOCKS[2], gateway, groups["gateway"]),
        )
        for name in (normal(re.split(r"[\[<>=~! ;]", each)[0]) for each in asked)
        if name not in held
    ]
    return faults + [
        f"{name}: {version} in {smaller}, {held.get(name)} in {larger}"
        for smaller, listed, larger, held in (
            (LOCKS[0], product, LOCKS[1], test),
            (LOCKS[2], gateway, LOCKS[0], product),
        )
        for name, version in listed.items()
        if held.get(name) != version
    ]
