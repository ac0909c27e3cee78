"""Where publishers' credentials are kept: the comments are the contract, one suite tests all."""

from dataclasses import dataclass
from typing import Protocol

from collector.publishers.credentials import hashed, matches

_NOBODY = hashed("")


@dataclass(frozen=True, slots=True)
class Publisher:
    """A device or gateway with credentials; ``made_s`` is when its secret was made (UTC)."""

    name: str
    secret_hash: str
    made_s: float
    revoked_s: float | None = None

    @property
    def active(self) -> bool:
        """Whether it is let in."""
        return self.revoked_s is None


class Publishers(Protocol):
    """All credentials there are."""

    def find(self, name: str) -> Publisher | None:
        """One publisher, revoked ones too; None when nobody has that name."""
        ...

    def all(self) -> list[Publisher]:
        """Every publisher by name, revoked ones too."""
        ...

    def put(self, changed: list[Publisher]) -> None:
        """Keep these; each takes the place of the one of its name. All of them or none."""
        ...


def lets_in(publishers: Publishers, name: str, secret: str) -> bool:
    """Whether these are the credentials of a publisher that is not revoked.

    Takes as long for a name that nobody has as for a wrong secret.
    """
    known = publishers.find(name)
    right = matches(secret, known.secret_hash if known else _NOBODY)
    return right and known is not None and known.active
