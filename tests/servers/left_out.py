"""What this machine lacks: tests that need it are skipped, counted, and named at the end."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from api.health.parts import PARTS, part

_counts: Counter[str] = Counter()


def required_names(setting: str | None) -> tuple[str, ...]:
    """Parts that SULUH_REQUIRE demands: "all", or a comma list of names; empty for none.

    Raises
    ------
    ValueError
        If a name in the list is not that of a known part.
    """
    if not setting:
        return ()
    if setting.strip() == "all":
        return tuple(each.name for each in PARTS)
    return tuple(part(name.strip()).name for name in setting.split(",") if name.strip())


def refuse_if_missing(setting: str | None) -> None:
    """End the run before it starts when a demanded part is not on this machine."""
    missing = [part(name) for name in required_names(setting) if part(name).find() is None]
    if missing:
        lines = [f"  {each.name}: {each.how_to_get}" for each in missing]
        message = "\n".join([f"SULUH_REQUIRE={setting}, but this machine lacks:", *lines])
        pytest.exit(message, returncode=pytest.ExitCode.USAGE_ERROR)


def need(name: str) -> Path:
    """Path of the part called `name`; skips the running test when it is missing."""
    found = part(name).find()
    if found is None:
        _counts[name] += 1
        pytest.skip(f"{name} is not on this machine: {part(name).how_to_get}")
    return found


def summary_lines() -> list[str]:
    """Per missing part: how many tests it left out and how to get it; none when complete."""
    return [
        f"{count:4} tests left out, {name} is missing. To have them: {part(name).how_to_get}"
        for name, count in sorted(_counts.items())
    ]


def runs_as_root() -> bool:
    """Whether servers that refuse root must be given another user."""
    return os.name == "posix" and os.geteuid() == 0
