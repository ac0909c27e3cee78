"""ETag and 304: a page that has not changed costs a few hundred bytes on a 2G link."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KINDS = ("text/html", "application/json")


class ConditionalGet:
    """ASGI middleware that tags 200 answers to GET by their content.

    Weak tags (RFC 9110, 8.8.1): the same content may be compressed on the way out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 304 when the caller already holds this content."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Tagger(Headers(scope=scope), send))


class _Tagger:
    """Holds an answer back until its body is known, then tags or empties it."""

    def __init__(self, asked: Headers, send: Send) -> None:
        self._known = asked.get("if-none-match", "")
        self._send = send
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._taggable(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    @staticmethod
    def _taggable(start: Message) -> bool:
        headers = Headers(raw=start["headers"])
        kind = headers.get("content-type", "")
        return start["status"] == 200 and kind.startswith(_KINDS) and "etag" not in headers

    async def _finish(self, start: Message) -> None:
        tag = f'W/"{hashlib.blake2b(self._body, digest_size=12).hexdigest()}"'
        headers = MutableHeaders(raw=start["headers"])
        headers["ETag"] = tag
        headers.setdefault("Cache-Control", "private, no-cache")
        body = bytes(self._body)
        if tag in self._known:
            start["status"], body = 304, b""
            del headers["content-length"]
            del headers["content-type"]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
