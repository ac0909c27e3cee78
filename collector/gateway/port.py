"""What the poller needs of a bus, and how a read can fail."""

from typing import Protocol

from collector.controllers.controller_map import Block

ILLEGAL_DATA_ADDRESS = 2
"""The exception a controller answers for registers its model lacks."""


class BusError(Exception):
    """A read brought nothing usable."""


class BusDownError(BusError):
    """The adapter or its network connection is away: no device of this bus can be read."""


class NoReplyError(BusError):
    """Nothing came in time; a late answer may still be under way."""


class BadReplyError(BusError):
    """Something came that cannot be the answer: garbled, of another unit, kind or length."""


class RefusedError(BusError):
    """The device answered with a Modbus exception; the bus is in step."""

    def __init__(self, unit: int, block: str, code: int) -> None:
        super().__init__(f"unit {unit} refuses block {block} with exception {code}")
        self.code = code


class AnotherDeviceError(BusError):
    """What answers is not the controller the configuration says; the bus is in step."""


class Bus(Protocol):
    """One line with several devices and one request in flight. It can only read."""

    def read(self, unit: int, block: Block) -> list[int]:
        """Exactly the block's words, asked for now; coils and discrete inputs as 0 or 1.

        Raises one of the errors above. After NoReplyError or BadReplyError the line may hold
        words of an older request: call ``reset`` before the next read.
        """
        ...

    def reset(self) -> None:
        """Close, wait, reopen, and throw away whatever still arrives. Raises BusDownError."""
        ...

    def close(self) -> None:
        """Let go of the line."""
        ...
