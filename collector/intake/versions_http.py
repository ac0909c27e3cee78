"""Which version of its program a gateway is to run, and its archive, from any byte on."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from collector.intake.http import HttpDoor, problem_answer, sender_of
from collector.intake.problems import NO_ROOM, NOT_YOURS
from collector.intake.slots import RefusedError, Slots

WANTED_PATH, ARCHIVE_PATH = "/api/v1/version", "/api/v1/versions/{sha256}"
DOWNLOADS_OF_ALL, DOWNLOADS_OF_ONE = 40, 2
"""Slow ones, for minutes: readings must find the door open beside them."""
PIECE_BYTES = 16_384
_FROM = re.compile(r"bytes=(\d{1,12})-")


@dataclass(frozen=True, slots=True)
class VersionsDoor:
    """What the door stands on.

    ``wanted`` says which version this gateway is to run, as JSON; None: no wish. ``archive`` gives
    the archive of this digest to the gateway that is to run it, and to nobody else.
    """

    wanted: Callable[[str], dict[str, Any] | None]
    archive: Callable[[str, str], bytes | None]


def add_versions(app: FastAPI, door: HttpDoor, versions: VersionsDoor) -> None:
    """Let the application answer gateways that ask for versions; ``door`` knows who they are."""
    slots = Slots(DOWNLOADS_OF_ALL, DOWNLOADS_OF_ONE)

    async def answered(request: Request, ask: Callable[[str], Any]) -> tuple[str, Any]:
        gateway = await sender_of(door, request)
        try:
            found = await anyio.to_thread.run_sync(lambda: ask(gateway))
        except door.unavailable as error:
            raise RefusedError(NO_ROOM, "the register of versions does not answer") from error
        return gateway, found

    def counted(response: Response) -> Response:
        door.answers[response.status_code] += 1
        return response

    @app.get(WANTED_PATH)
    async def wanted(request: Request) -> Response:
        try:
            _, found = await answered(request, versions.wanted)
            return counted(JSONResponse({"version": found}))
        except RefusedError as refused:
            return counted(problem_answer(refused.problem, refused.said))

    @app.get(ARCHIVE_PATH)
    async def archive(request: Request, sha256: str) -> Response:
        try:
            gateway, found = await answered(request, lambda g: versions.archive(g, sha256))
        except RefusedError as refused:
            return counted(problem_answer(refused.problem, refused.said))
        if found is None:
            return counted(problem_answer(NOT_YOURS))
        return counted(_Archive(found, _first_byte(request, len(found)), slots, gateway))


def _first_byte(request: Request, size: int) -> int:
    """Where to go on; 0 for any other wish, which a server may pass over (RFC 9110, 14.2)."""
    found = _FROM.fullmatch(request.headers.get("Range", "").strip())
    first = int(found[1]) if found else 0
    return first if first < size else 0


class _Archive(StreamingResponse):
    """An archive from one byte on; holds one of the slots while it is sent."""

    def __init__(self, content: bytes, first: int, slots: Slots, gateway: str) -> None:
        rest, size = memoryview(content)[first:], len(content)

        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(rest), PIECE_BYTES):
                yield bytes(rest[start : start + PIECE_BYTES])

        headers = {"Accept-Ranges": "bytes", "Content-Length": str(len(rest))}
        if first:
            headers["Content-Range"] = f"bytes {first}-{size - 1}/{size}"
        super().__init__(pieces(), 206 if first else 200, headers, "application/gzip")
        self._slots, self._gateway = slots, gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or say that too much is under way."""
        try:
            with self._slots.one_of(self._gateway):
                await super().__call__(scope, receive, send)
        except RefusedError as refused:
            await problem_answer(refused.problem, refused.said)(scope, receive, send)
