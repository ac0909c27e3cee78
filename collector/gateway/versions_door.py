"""The server's door to versions: which one this gateway is to run, and its archive, by HTTPS."""

import base64
import math
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import Annotated, Any
from urllib.error import HTTPError

import msgspec

from collector.gateway.installed import version_name
from collector.gateway.tls import Trust

WANTED_PATH, ARCHIVE_PATH = "/api/v1/version", "/api/v1/versions/"
MOST_BYTES = 5_000_000
"""An archive larger than this is none of ours."""
TIMEOUT_S = 60.0
_MOST_ANSWER_BYTES = 20_000


class Wanted(msgspec.Struct, frozen=True):
    """The version that the server wants to run here, since ``assigned_s``."""

    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    size_bytes: Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)]
    signature: Annotated[str, msgspec.Meta(max_length=10_000)]
    assigned_s: float

    @property
    def name(self) -> str:
        """What it is called here."""
        return version_name(self.sha256)

    @property
    def order(self) -> str:
        """Another one when the same version is assigned anew: then it is tried anew."""
        return f"{self.name} {math.floor(self.assigned_s)}"


class _Answer(msgspec.Struct):
    version: Wanted | None


class _Stay(urllib.request.HTTPRedirectHandler):
    """Credentials go to the server that the file names and to nobody it points at."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Nowhere."""


class VersionsDoor:
    """One server's, with the gateway's own credentials.

    Both methods raise OSError when the server does not answer or refuses.
    """

    def __init__(self, address: str, credentials: tuple[str, str] | None, trust: Trust) -> None:
        self._address = address.rstrip("/")
        self._headers: dict[str, str] = {}
        if credentials:
            secret = base64.b64encode(":".join(credentials).encode()).decode()
            self._headers["Authorization"] = f"Basic {secret}"
        self._trust = trust

    def wanted(self) -> Wanted | None:
        """What is to run here; None when the server has no wish."""
        with self._get(WANTED_PATH) as answer:
            try:
                said = answer.read(_MOST_ANSWER_BYTES)
                return msgspec.json.decode(said, type=_Answer).version
            except (HTTPException, msgspec.DecodeError) as error:
                raise OSError(f"unreadable answer: {error}") from error

    def archive(self, sha256: str, from_byte: int) -> HTTPResponse:
        """The archive from this byte on (status 206), or from its first (status 200)."""
        wanted = {"Range": f"bytes={from_byte}-"} if from_byte else {}
        return self._get(ARCHIVE_PATH + sha256, wanted)

    def _get(self, path: str, headers: dict[str, str] | None = None) -> HTTPResponse:
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked with the file
            self._address + path, headers=self._headers | (headers or {})
        )
        secure = urllib.request.HTTPSHandler(context=self._trust.context())
        try:
            return urllib.request.build_opener(secure, _Stay).open(request, timeout=TIMEOUT_S)
        except HTTPError as error:
            error.close()
            raise
        except (HTTPException, ValueError) as error:
            raise OSError(f"unreadable answer: {error}") from error
