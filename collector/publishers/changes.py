"""What is done to credentials: made, renewed, revoked. A secret leaves here once, for its owner."""

from collections.abc import Iterable
from dataclasses import replace

from collector.domain.device import Assignment
from collector.publishers.credentials import hashed, is_name, new_secret
from collector.publishers.port import Publisher, Publishers


class NotPossibleError(Exception):
    """Nothing was changed; ``str(error)`` tells a person why and what to do."""


def expected(assignments: Iterable[Assignment]) -> set[str]:
    """Who sends now, by the registry: gateways, and devices that report by themselves."""
    return {a.gateway or a.serial for a in assignments if a.until_s is None}


def known(assignments: Iterable[Assignment]) -> set[str]:
    """Every device and gateway that the registry has ever named."""
    every = list(assignments)
    return {a.serial for a in every} | {a.gateway for a in every if a.gateway}


def give_secrets(
    publishers: Publishers, names: list[str], now_s: float, *, renew: bool = False
) -> dict[str, str]:
    """Make a secret for each name; returns name -> secret, kept nowhere else.

    ``renew`` gives new ones to those that have one; without it they must have none that works.
    Raises NotPossibleError, and then nothing was changed.
    """
    for name in names:
        if not is_name(name):
            raise NotPossibleError(
                f"{name!r} cannot be a publisher: letters, digits, . - and _, 64 at most."
            )
        there = publishers.find(name)
        if renew and there is None:
            raise NotPossibleError(f"{name} has no credentials yet: ./suluh device add {name}")
        if not renew and there is not None and there.active:
            raise NotPossibleError(f"{name} has credentials: ./suluh device rotate {name}")
    made = {name: new_secret() for name in names}
    publishers.put([Publisher(name, hashed(secret), now_s) for name, secret in made.items()])
    return made


def revoke(publishers: Publishers, names: list[str], now_s: float) -> None:
    """Let these in no more; those revoked before stay so. Raises NotPossibleError."""
    found = {name: publishers.find(name) for name in names}
    if missing := [name for name, there in found.items() if there is None]:
        raise NotPossibleError(f"Nobody is called {', '.join(missing)}. See: ./suluh device list")
    publishers.put(
        [replace(p, revoked_s=now_s) for p in found.values() if p is not None and p.active]
    )
