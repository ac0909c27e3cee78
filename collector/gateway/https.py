"""The way without a broker: readings by HTTPS, answered when the server has them on disk."""

import base64
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.parse import urlsplit

import structlog

from collector.gateway.tls import Trust

PATH = "/api/v1/readings"
TIMEOUT_S = 60.0
MOST_ANSWER_BYTES = 1_000_000
LOOPBACK = ("127.0.0.1", "localhost", "::1")

log = structlog.get_logger(__name__)


class HttpsDoor:
    """``POST /api/v1/readings`` of one server, with the gateway's own credentials.

    ``on_time`` hears what time the server says it is, UTC seconds.
    """

    def __init__(
        self,
        address: str,
        credentials: tuple[str, str] | None,
        trust: Trust,
        on_time: Callable[[float], object] = lambda _: None,
    ) -> None:
        self._url = address.rstrip("/") + PATH
        self._headers = {"Content-Type": "application/octet-stream"}
        if credentials:
            secret = base64.b64encode(":".join(credentials).encode()).decode()
            self._headers["Authorization"] = f"Basic {secret}"
        self._trust = trust
        self._on_time = on_time

    def post(self, payload: bytes) -> bytes | None:
        """The server's answer, an ``acks`` object; None when it did not take the message."""
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked with the file
            self._url, payload, self._headers, method="POST"
        )
        try:
            with urllib.request.urlopen(  # noqa: S310
                request, timeout=TIMEOUT_S, context=self._trust.context()
            ) as answer:
                self._tell_time(answer.headers.get("Date", ""))
                return answer.read(MOST_ANSWER_BYTES)
        except (OSError, HTTPException, ValueError) as error:
            # Statuses are errors of this kind too: 401, 413, 503.
            log.warning("https_refuses", reason=str(error))
            if isinstance(error, urllib.error.HTTPError):
                self._tell_time(error.headers.get("Date", ""))
                error.close()
            return None

    def _tell_time(self, date: str) -> None:
        with suppress(ValueError):
            self._on_time(parsedate_to_datetime(date).timestamp())


def address_problem(address: str) -> str:
    """What is wrong with a server's address; empty when nothing is."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return ""
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return ""
    return 'https: the server\'s address, like "https://suluh.example"'
