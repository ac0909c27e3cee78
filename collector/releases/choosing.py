"""Which version and which gateways a person means."""

import hashlib
import math
from collections.abc import Collection, Sequence

from collector.releases.port import Release

SHORTEST_PREFIX = 6


class NotPossibleError(Exception):
    """Nothing was changed; ``str(error)`` tells a person why and what to do."""


def version_meant(releases: Sequence[Release], said: str) -> Release:
    """The version of this name, or whose digest begins so. Raises NotPossibleError."""
    named = [r for r in releases if r.name == said]
    prefix = said.lower() if len(said) >= SHORTEST_PREFIX else "-"
    found = named or [r for r in releases if r.digest.startswith(prefix)]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(r.short for r in found)
        raise NotPossibleError(f"{said} may be {several}: say which of these.")
    raise NotPossibleError(f"There is no version {said}. See: ./suluh gateways versions")


def gateways_meant(
    there: Collection[str], names: Sequence[str], *, everyone: bool = False, percent: float = 0.0
) -> list[str]:
    """The gateways named, or all, or a share of all of ``there``. Raises NotPossibleError.

    A larger share holds all of a smaller one, so that a roll-out can grow.
    """
    if (bool(names), everyone, percent > 0).count(True) != 1:
        raise NotPossibleError("Say who: names of gateways, or --all, or --stage 10 (per cent).")
    if strangers := sorted(set(names) - set(there)):
        raise NotPossibleError(
            f"{', '.join(strangers[:10])}: no gateway that the registry names and that has "
            "credentials. See: ./suluh gateways list"
        )
    if names:
        return sorted(set(names))
    if not 0 <= percent <= 100:
        raise NotPossibleError("--stage is a share in per cent, above 0 to 100.")
    every = sorted(there, key=lambda name: hashlib.sha256(name.encode()).digest())
    share = len(every) if everyone else math.ceil(len(every) * percent / 100)
    if not share:
        raise NotPossibleError("The registry names no gateway that has credentials.")
    return sorted(every[:share])
