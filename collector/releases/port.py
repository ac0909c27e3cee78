"""Where versions and their orders are kept: the comments are the contract, one suite tests all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

TELL_AGAIN_S = 6 * 3600.0
"""A gateway that says it does not run what it is to run is told so again after this."""


@dataclass(frozen=True, slots=True)
class Release:
    """A version of the program. ``digest`` is the SHA-256 of its archive, ``made_s`` is UTC."""

    digest: str
    name: str
    size_bytes: int
    signature: str
    made_s: float

    @property
    def short(self) -> str:
        """What a gateway calls it."""
        return self.digest[:16]


@dataclass(frozen=True, slots=True)
class Order:
    """A gateway is to run this version since ``assigned_s``."""

    gateway: str
    release: Release
    assigned_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a gateway said last: the version it runs (empty: it was installed by hand), and news."""

    said_s: float
    release: str
    update: str


class Releases(Protocol):
    """All versions, and who is to run which."""

    def keep(self, release: Release, archive: bytes) -> bool:
        """Keep a version; False when it was there: then its name and signature are these now."""
        ...

    def all(self) -> list[Release]:
        """Every version, the newest first."""
        ...

    def archive(self, gateway: str, digest: str) -> bytes | None:
        """The archive, for the gateway that is to run just this version; else None."""
        ...

    def assign(self, digest: str, gateways: Sequence[str], now_s: float) -> None:
        """Let these run it from now on, whatever they were to run before. All or none."""
        ...

    def take_back(self, gateways: Sequence[str]) -> list[str]:
        """No wish any more for these; those that had an order. They go on with what they run."""
        ...

    def order(self, gateway: str) -> Order | None:
        """What this one is to run."""
        ...

    def orders(self) -> Mapping[str, Order]:
        """Every order, by gateway."""
        ...

    def reports(self) -> Mapping[str, Report]:
        """What each gateway said last, by its name."""
        ...

    def claim_news(self, now_s: float) -> list[str]:
        """Gateways to be told that there is something new, each given to one caller only.

        A new order at once; again while its gateway says it runs another and has not refused.
        """
        ...
