"""The present: one row a system for the instant, from everybody who reports by himself."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from device_sim.history import members_of
from device_sim.message import Message
from device_sim.packing import Packer
from device_sim.telemetry import Numbering, batch_of
from device_sim.timeline import Timeline


@dataclass
class Live:
    """Goes on where the history ended. ``served_gateway`` is left to a real gateway."""

    timeline: Timeline
    numbering: Numbering
    served_gateway: str = ""
    _members: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self._members = members_of(self.timeline.fleet.publishers)
        self._members.pop(self.served_gateway, None)

    def messages(self, now_s: float) -> Iterator[Message]:
        """Every publisher's message of this instant."""
        values, heard = self.timeline.at(now_s)
        fleet, formats = self.timeline.fleet, self.timeline.instruments.data_format
        time_s = int(now_s) + self.timeline.clock_s(now_s)
        for publisher, rows in self._members.items():
            packer = Packer(publisher)
            for row in rows:
                for boot, sequence, _ in self.numbering.take(row, heard[row : row + 1]):
                    batch = batch_of(
                        fleet.serials[row],
                        time_s[row : row + 1],
                        values[row : row + 1],
                        boot,
                        sequence,
                    )
                    yield from packer.add(batch, int(formats[row]))
            yield from packer.flush()
