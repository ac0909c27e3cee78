"""The acknowledgement as its receiver reads it."""

import msgspec


class Ack(msgspec.Struct, frozen=True):
    """Settled numbers of a serial and boot: all up to ``rc``, and the runs in ``also``."""

    sn: str
    b: int
    rc: int
    also: tuple[tuple[int, int], ...] = ()

    def covers(self, number: int) -> bool:
        """Whether this number is settled."""
        return number <= self.rc or any(first <= number <= last for first, last in self.also)


class Acks(msgspec.Struct, frozen=True):
    """A message on the ack topic."""

    acks: tuple[Ack, ...]

    def cover(self, serial: str, boot: int, number: int) -> bool:
        """Whether this reading is settled."""
        return any(a.sn == serial and a.b == boot and a.covers(number) for a in self.acks)


def read_acks(payload: bytes) -> Acks:
    """What an acknowledgement says. Raises ValueError for what is none."""
    try:
        return msgspec.json.decode(payload, type=Acks)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error
