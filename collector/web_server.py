"""Serves an application over HTTP from a thread of its own."""

import threading
from dataclasses import dataclass
from typing import Any

import uvicorn

START_WITHIN_S = 20.0
STOP_WITHIN_S = 5
"""Who has not taken an answer by then is cut off; a stop must not wait for a stalled reader."""


class PortTakenError(Exception):
    """The address cannot be listened on: the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; with a certificate and its key (files), only by TLS.

    ``port`` 0 takes any that is free. ``choose`` tells a person how to choose another port.
    """

    host: str
    port: int
    choose: str
    certificate: str = ""
    key: str = ""


class WebServer:
    """One application on one address."""

    def __init__(self, app: Any, address: Address, most_connections: int | None = None) -> None:
        """Nothing listens before ``start``. Beyond ``most_connections`` callers are put off."""
        self._address = address
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=address.host,
                port=address.port,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=STOP_WITHIN_S,
                limit_concurrency=most_connections,
                ssl_certfile=address.certificate or None,
                ssl_keyfile=address.key or None,
            )
        )
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)

    @property
    def url(self) -> str:
        """Where it is found; valid after ``start``, whichever port was free."""
        sockets = self._server.servers[0].sockets
        scheme = "https" if self._address.certificate else "http"
        return f"{scheme}://{self._address.host}:{sockets[0].getsockname()[1]}/"

    def start(self) -> None:
        """Listen. Raises PortTakenError when the address cannot be had."""
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(START_WITHIN_S / 0.05)):
            if self._server.started:
                return
            if not self._thread.is_alive():
                break
            waited.wait(0.05)
        raise PortTakenError(
            f"{self._address.host}:{self._address.port} cannot be listened on; "
            f"is another Suluh running? {self._address.choose}"
        )

    def stop(self) -> None:
        """Answer what was asked, then stop listening."""
        self._server.should_exit = True
        self._thread.join()

    def _serve(self) -> None:
        try:
            self._server.run()
        except SystemExit:
            # uvicorn ends its process when it cannot listen; start() tells whoever started it.
            return
