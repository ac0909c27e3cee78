"""The HTTP door: POST /api/v1/readings, answered when what was sent is on disk and not before."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security.utils import get_authorization_scheme_param
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from collector.domain.clock import Clock
from collector.intake.acks import Runs, acks_alone, runs_of
from collector.intake.basic import name_and_secret
from collector.intake.door import arrived
from collector.intake.problems import (
    ANOTHERS_LOG,
    MEDIA_TYPE,
    NO_ROOM,
    TOO_LARGE,
    TOO_SLOW,
    UNKNOWN_KIND,
    UNKNOWN_SENDER,
    Problem,
)
from collector.intake.slots import RefusedError, Slots
from collector.intake.upload import MOST_BYTES, MOST_READINGS, TooLargeError, read_upload
from collector.spool.delivery import Delivery
from collector.wire.together import decode_messages
from collector.wire.topics import data_topic

PATH = "/api/v1/readings"
DURABLE_WITHIN_S = 20.0
"""A disk that takes longer is in trouble: the sender is told to come again."""
NEXT_BYTES_WITHIN_S = 60.0
HEARD_OUT_BYTES, HEARD_OUT_S = 16_000_000, 10.0
_KINDS = frozenset(
    {
        *("", "application/json", "application/cbor", "application/x-ndjson", "application/zlib"),
        *("application/gzip", "application/octet-stream", "text/plain"),
        "application/x-www-form-urlencoded",  # what curl says when it is told nothing
    }
)
_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})


@dataclass(frozen=True, slots=True)
class HttpDoor:
    """What the door stands on.

    ``lets_in`` checks a name and a secret. ``offer`` hands deliveries in and calls its second
    argument once all are durable; False: there is no room. ``trouble`` says what holds the spool
    up, empty when nothing does. ``unavailable``: errors of ``lets_in`` that mean "later".
    ``acks`` says what a publisher may forget once these numbers of its are on disk. ``answers``
    counts what was answered, by status.
    """

    lets_in: Callable[[str, str], bool]
    offer: Callable[[Sequence[Delivery], Callable[[], None]], bool]
    trouble: Callable[[], str]
    clock: Clock
    acks: Callable[[str, Runs], list[dict[str, Any]]] = lambda _publisher, runs: acks_alone(runs)
    unavailable: tuple[type[Exception], ...] = ()
    answers: Counter[int] = field(default_factory=Counter)


def http_intake(door: HttpDoor) -> FastAPI:
    """The application of this door alone; it starts nothing by itself."""
    app = FastAPI(title="Suluh intake", openapi_url=None, docs_url=None, redoc_url=None)
    slots = Slots()

    @app.post(PATH)
    async def readings(request: Request) -> Response:
        answer = await _answered(door, slots, request)
        door.answers[answer.status_code] += 1
        return answer

    app.add_exception_handler(HTTPException, _other)
    return app


async def _answered(door: HttpDoor, slots: Slots, request: Request) -> Response:
    """Take an upload in, or say why not."""
    try:
        publisher = await sender_of(door, request)
        encoded = _must_be_readable(request)
        with slots.one_of(publisher):
            body = await _body(request)
            return JSONResponse(await _take_in(door, publisher, request, body, encoded=encoded))
    except RefusedError as refused:
        await _hear_out(request)
        return problem_answer(refused.problem, refused.said)


async def _take_in(
    door: HttpDoor, publisher: str, request: Request, body: bytes, *, encoded: bool
) -> dict[str, object]:
    """Make an upload durable; what it was found to hold. Raises RefusedError."""
    kind, now_s = _kind(request), door.clock()
    topic = data_topic(publisher)
    try:
        upload = await anyio.to_thread.run_sync(lambda: read_upload(body, encoded=encoded))
    except TooLargeError as error:
        raise RefusedError(TOO_LARGE, str(error)) from error
    if upload.gateway not in {"", publisher}:
        raise RefusedError(ANOTHERS_LOG)
    content_type = kind if kind in {"application/json", "application/cbor"} else ""
    deliveries = [arrived(topic, each, now_s, content_type) for each in upload.messages]
    answer = await anyio.to_thread.run_sync(lambda: _found(door, publisher, deliveries))
    if not deliveries:
        return answer
    durable = _offered(door, deliveries)
    try:
        async with asyncio.timeout(DURABLE_WITHIN_S):
            await durable
    except TimeoutError as error:
        raise RefusedError(NO_ROOM, door.trouble() or "the disk is slow") from error
    return answer


def _offered(door: HttpDoor, deliveries: Sequence[Delivery]) -> Awaitable[None]:
    """Hand deliveries to the spool; done when they are on disk. Raises RefusedError."""
    if trouble := door.trouble():
        raise RefusedError(NO_ROOM, trouble)
    loop = asyncio.get_running_loop()
    durable: asyncio.Future[None] = loop.create_future()

    def done() -> None:
        # The sender may have been answered with "later" by now.
        if not durable.done():
            durable.set_result(None)

    if not door.offer(deliveries, lambda: loop.call_soon_threadsafe(done) and None):
        raise RefusedError(NO_ROOM, "too much waits for the disk")
    return durable


def _found(door: HttpDoor, publisher: str, deliveries: Sequence[Delivery]) -> dict[str, object]:
    """What the sender may forget, and what of it could not be read and lies in the dead letters."""
    found = decode_messages(deliveries, MOST_READINGS)
    if found.messages < len(deliveries):
        raise RefusedError(TOO_LARGE, f"more than {MOST_READINGS} readings")
    unread: dict[str, int] = {}
    for _, reject in found.rejects:
        unread[reject.reason] = unread.get(reject.reason, 0) + reject.readings
    return {
        "acks": door.acks(publisher, runs_of(found.batch)),
        "messages": len(deliveries),
        "readings": len(found.batch),
        "unreadable": [{"reason": r, "readings": n} for r, n in unread.items()],
    }


async def sender_of(door: HttpDoor, request: Request) -> str:
    """Who sends. Raises RefusedError for a stranger: nothing of the body is read before."""
    scheme, words = get_authorization_scheme_param(request.headers.get("Authorization"))
    name, secret = name_and_secret(scheme, words)
    try:
        if name and await anyio.to_thread.run_sync(lambda: door.lets_in(name, secret)):
            return name
    except door.unavailable as error:
        raise RefusedError(NO_ROOM, "the register of senders does not answer") from error
    raise RefusedError(UNKNOWN_SENDER)


def _must_be_readable(request: Request) -> bool:
    """Whether the transfer compressed the body. Raises RefusedError for what nobody here reads."""
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise RefusedError(UNKNOWN_KIND, f"Content-Encoding: {encoding[:60]}")
    if _kind(request) not in _KINDS:
        raise RefusedError(UNKNOWN_KIND, f"Content-Type: {_kind(request)[:60]}")
    return encoding not in {"", "identity"}


def _kind(request: Request) -> str:
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower()


async def _body(request: Request) -> bytes:
    """All of the body, never more than is allowed. Raises RefusedError."""
    said = request.headers.get("Content-Length", "0")
    if not said.isdecimal() or int(said) > MOST_BYTES:
        raise RefusedError(TOO_LARGE, f"{said[:20]} bytes")
    body, parts = bytearray(), aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(NEXT_BYTES_WITHIN_S):
                body += await anext(parts)
        except StopAsyncIteration:
            return bytes(body)
        except (TimeoutError, ClientDisconnect) as error:
            raise RefusedError(TOO_SLOW) from error
        if len(body) > MOST_BYTES:
            raise RefusedError(TOO_LARGE)


async def _hear_out(request: Request) -> None:
    """Read on for a while: who is cut off in the middle of sending may never see the answer."""
    if "Expect" in request.headers:
        return  # it has not begun to send, and waits to hear whether it should
    heard = 0
    with suppress(TimeoutError, ClientDisconnect, RuntimeError):
        async with asyncio.timeout(HEARD_OUT_S):
            async for part in request.stream():
                heard += len(part)
                if heard > HEARD_OUT_BYTES:
                    return


def problem_answer(
    problem: Problem, said: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """What a refused sender is told."""
    told = {**problem.headers(), **(headers or {})}
    return JSONResponse(problem.document(said), problem.status, told, MEDIA_TYPE)


async def _other(_request: Request, error: Exception) -> Response:
    """A path or a method that this door does not have."""
    assert isinstance(error, HTTPException)  # noqa: S101
    place = Problem(
        "no-such-door",
        error.status_code,
        "Tidak ada di sini",
        "Nothing here",
        f"Kirim bacaan dengan POST ke {PATH}.",
        f"Send readings by POST to {PATH}.",
    )
    return problem_answer(place, headers=error.headers)
