"""A publisher that costs next to nothing: frames made beforehand, answers only counted."""

import socket
from collections.abc import Sequence

from collector.intake.packets_out import Session, connect_packet, publish_packet

IN_FLIGHT, AT_ONCE = 500, 50
"""Messages that wait for their PUBACK at most, and those sent in one go."""
PUBACK_BYTES = 4
Message = tuple[str, bytes]


def frames_of(messages: Sequence[Message]) -> list[bytes]:
    """Each message as a PUBLISH of quality 1; ids come round again long after they are free."""
    return [publish_packet(t, p, 1 + i % 65_000, five=False) for i, (t, p) in enumerate(messages)]


class QuickSender:
    """One connection to a broker, MQTT 3.1.1."""

    def __init__(self, host: str, port: int, client_id: str = "bench-sender") -> None:
        """Connect. Raises OSError, and ConnectionError when the broker lets us not in."""
        self._socket = socket.create_connection((host, port), timeout=60)
        self._socket.sendall(connect_packet(Session(client_id), five=False))
        if self._exactly(4)[3] != 0:
            raise ConnectionError("the broker refuses the bench's sender")

    def send(self, frames: Sequence[bytes]) -> None:
        """Send all, and return when the broker has acknowledged the last."""
        waiting = rest = 0
        for first in range(0, len(frames), AT_ONCE):
            part = frames[first : first + AT_ONCE]
            self._socket.sendall(b"".join(part))
            waiting += len(part)
            while waiting > IN_FLIGHT or (waiting and first + AT_ONCE >= len(frames)):
                came = rest + len(self._some())
                waiting -= came // PUBACK_BYTES
                rest = came % PUBACK_BYTES

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _some(self) -> bytes:
        came = self._socket.recv(65_536)
        if not came:
            raise ConnectionError("the broker closed the bench's connection")
        return came

    def _exactly(self, size: int) -> bytes:
        came = b""
        while len(came) < size:
            came += self._socket.recv(size - len(came))
        return came
