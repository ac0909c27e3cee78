"""One thing `suluh doctor` looked at: how it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTICE = "notice"  # Suluh runs, with less
    FAULT = "fault"  # Suluh cannot run, or would keep wrong data


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and the line that mends it (empty when well)."""

    what: str
    verdict: Verdict
    found: str
    to_do: str = ""
