"""`suluh send-log`: a gateway's exported log carried here is given to the server."""

import base64
import gzip
import json
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from collector.environment import from_environment
from collector.intake.http import PATH
from collector.intake.upload import TooLargeError, read_upload
from collector.settings import CollectorSettings

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
PIECE_BYTES, PIECE_MESSAGES = 1_000_000, 500
TRIES, TIMEOUT_S = 8, 120
_PASSING = frozenset({408, 429, 500, 502, 503, 504})


class FailedError(Exception):
    """Not everything was taken in; ``str(error)`` says why and what to do."""


@app.callback()
def _group() -> None:
    """Keep `send-log` a command of its own."""


@app.command("send-log")
def send_log(
    file: Annotated[Path, typer.Argument(help="What `suluh gateway export` wrote.")],
    to: Annotated[str, typer.Option(help="The server's address.")],
    ca_file: Annotated[str, typer.Option(help="Its certificate authority, if private.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """Give a gateway's log to the server, piece by piece; sending it twice does no harm.

    The gateway's own credentials are taken from SULUH_MQTT_USERNAME and SULUH_MQTT_PASSWORD.
    Exit codes: 0 all is safe at the server, 1 not all, 2 wrong use. Example:

        SULUH_MQTT_USERNAME=gw-boti SULUH_MQTT_PASSWORD=... \
./suluh send-log gw-boti.ndjson.gz --to https://suluh.example:8443
    """
    settings = from_environment(CollectorSettings)
    login = f"{settings.mqtt_username}:{settings.mqtt_password.get_secret_value()}"
    if not settings.mqtt_username:
        raise _stop("Set SULUH_MQTT_USERNAME and SULUH_MQTT_PASSWORD to the gateway's own.", 2)
    try:
        upload = read_upload(file.read_bytes())
        pieces = list(_pieces(upload.messages))
        trust = ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise _stop(f"{error.filename or ca_file} cannot be read: {error.strerror}", 2) from error
    except TooLargeError as error:
        raise _stop(f"{file} holds {error}: split it between lines.", 2) from error
    if upload.gateway not in {"", settings.mqtt_username}:
        raise _stop(f"This log is of {upload.gateway}: send it with that gateway's credentials.", 2)
    door = _Door(to.rstrip("/") + PATH, base64.b64encode(login.encode()).decode(), trust)
    told = {"messages": 0, "readings": 0, "unreadable": 0}
    for number, piece in enumerate(pieces, 1):
        try:
            answer = door.give(piece)
        except FailedError as error:
            raise _stop(
                f"Piece {number} of {len(pieces)}: {error}\nSend the file again."
            ) from error
        told["messages"] += answer["messages"]
        told["readings"] += answer["readings"]
        told["unreadable"] += sum(each["readings"] for each in answer["unreadable"])
        if sys.stderr.isatty():
            typer.echo(f"\r{number} of {len(pieces)} pieces", err=True, nl=number == len(pieces))
    said = f"{told['messages']} messages with {told['readings']} readings are safe at the server."
    if told["unreadable"]:
        said += f" {told['unreadable']} it could not read; they lie in its dead letters."
    typer.echo(json.dumps(told) if as_json else said)


class _Door:
    """The server's door, tried again while it says that it may open later."""

    def __init__(self, url: str, login: str, trust: ssl.SSLContext) -> None:
        self._url, self._login, self._trust = url, login, trust

    def give(self, piece: bytes) -> dict[str, Any]:
        """What the server answered once a piece is safe there. Raises FailedError."""
        for tried in range(1, TRIES + 1):
            headers = {
                "Authorization": f"Basic {self._login}",
                "Content-Type": "application/x-ndjson",
                "Content-Encoding": "gzip",
            }
            try:
                asked = urllib.request.Request(self._url, piece, headers)  # noqa: S310
                with urllib.request.urlopen(  # noqa: S310
                    asked, timeout=TIMEOUT_S, context=self._trust
                ) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code not in _PASSING or tried == TRIES:
                    raise FailedError(_words(error)) from error
                time.sleep(min(int(error.headers.get("Retry-After") or 5), 60))
            except (OSError, ValueError) as error:
                if tried == TRIES or isinstance(error, ValueError):
                    raise FailedError(f"{self._url} does not answer: {error}") from error
                time.sleep(min(2**tried, 30))
        raise AssertionError("every try returns, raises or goes on")


def _pieces(messages: list[bytes]) -> Iterator[bytes]:
    """Lines in pieces that a thin line carries in one go, each compressed."""
    lines: list[bytes] = []
    size = 0
    for message in messages:
        if lines and (size + len(message) > PIECE_BYTES or len(lines) >= PIECE_MESSAGES):
            yield gzip.compress(b"\n".join(lines) + b"\n")
            lines, size = [], 0
        lines.append(message)
        size += len(message)
    if lines:
        yield gzip.compress(b"\n".join(lines) + b"\n")


def _words(error: urllib.error.HTTPError) -> str:
    try:
        told = json.load(error)
        return f"{told['title']} / {told['title_en']}: {told['detail_en']}"
    except (ValueError, KeyError, TypeError):
        return f"the server answered {error.code}"


def _stop(message: str, code: int = 1) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)


if __name__ == "__main__":
    app()
