"""A TCP proxy that counts what goes through it: the bytes a GSM contract would be asked for."""

from __future__ import annotations

import select
import socket
import threading
from dataclasses import dataclass


@dataclass
class Count:
    """Bytes of both directions as the socket carries them, and in how many pieces they came."""

    sent: int = 0
    received: int = 0
    pieces: int = 0

    @property
    def total(self) -> int:
        """Both directions."""
        return self.sent + self.received

    def minus(self, before: Count) -> Count:
        """What came since then."""
        return Count(
            self.sent - before.sent, self.received - before.received, self.pieces - before.pieces
        )


class CountingProxy:
    """Listens on a free port of loopback and passes everything on to ``port``, one connection."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._count = Count()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def count(self) -> Count:
        """So far."""
        return Count(self._count.sent, self._count.received, self._count.pieces)

    def close(self) -> None:
        """End it, and the connection with it."""
        self._closing.set()
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while not self._closing.is_set():
            if not select.select([self._listener], [], [], 0.1)[0]:
                continue
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with near, socket.create_connection(("127.0.0.1", self._target)) as far:
                self._pass_on(near, far)

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        while not self._closing.is_set():
            for source in select.select([near, far], [], [], 0.1)[0]:
                try:
                    data = source.recv(65536)
                except OSError:
                    return
                if not data:
                    return
                self._count.pieces += 1
                if source is near:
                    self._count.sent += len(data)
                    far.sendall(data)
                else:
                    self._count.received += len(data)
                    near.sendall(data)
