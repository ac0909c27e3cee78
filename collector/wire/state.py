"""What a publisher says of itself on its state topic, as far as the server's books need it."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from collector.wire.condensed import Count

_WORDS = (b"online", b"offline")
_LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Said:
    """How many readings it keeps; None where it says nothing of them.

    ``produced`` counts all it has numbered in boots from ``since_boot`` on. ``clock_unset``: it
    does not know what time it is. ``release``: the version of its program that it fetched from
    here, empty if it has none, ``update``: what it does about another one, in words.
    """

    outbox_rows: int | None = None
    produced: int | None = None
    since_boot: int = 0
    clock_unset: bool = False
    release: str = ""
    update: str = ""


class _State(msgspec.Struct):
    state: Annotated[str, msgspec.Meta(max_length=20)]
    outbox_rows: Count | None = None
    produced: Count | None = None
    since_b: Count = 0
    clock: Annotated[str, msgspec.Meta(max_length=20)] = ""
    release: str = ""
    update: str = ""


def read_state(payload: bytes) -> Said | None:
    """What a state message says; None when it cannot be read."""
    if payload in _WORDS or not payload:
        return Said()
    try:
        state = msgspec.json.decode(payload, type=_State)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return Said(
        state.outbox_rows,
        state.produced,
        state.since_b,
        state.clock == "unset",
        _words(state.release),
        _words(state.update),
    )


def _words(text: str) -> str:
    """Text that can be kept and shown, whatever was sent."""
    return "".join(c if c.isprintable() else " " for c in text[:_LONGEST_WORDS])
