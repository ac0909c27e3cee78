"""Messages that could not be stored: list them, look at them, give them a second chance."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from collector.bootstrap import build_second_chance, open_database, open_store
from collector.domain.clock import utc
from collector.environment import from_environment
from collector.fleet.database import DATABASE_TROUBLE, database_trouble
from collector.ingest.dead_letters import DeadLetter, LetterFilter
from collector.ingest.repository import SqlDeadLetters
from collector.ingest.second_chance import SecondChance
from collector.ingest.why_refused import meaning_of
from collector.logs import set_up_logs
from collector.settings import CollectorSettings
from collector.store.port import StoreUnavailableError

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
_SHOWN_CHARS = 4_000
_PAGE = 500

Publisher = Annotated[str, typer.Option(help="Only of this sender.")]
Reason = Annotated[str, typer.Option(help="Only with these words in the reason.")]


@app.command("list")
def list_letters(
    publisher: Publisher = "",
    reason: Reason = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    *,
    settled: Annotated[bool, typer.Option("--settled", help="Those stored since, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """List what could not be stored, oldest first.

    Try:

    ./suluh letters list

    ./suluh letters list --reason "not assigned" --json
    """
    wanted = LetterFilter(limit=limit, publisher=publisher, reason=reason, settled_too=settled)
    with _letters() as (letters, _):
        found, readings = letters.find(wanted), letters.count_readings()
    if as_json:
        typer.echo(json.dumps([_facts(letter) for letter in found], indent=2))
        return
    for letter in found:
        typer.echo(
            f"{letter.id:>8}  {utc(letter.received_s):%Y-%m-%d %H:%M}  {letter.publisher:<20.20} "
            f"{letter.readings:>6} readings  {letter.reason}"
        )
    if found:
        typer.echo(f"{len(found)} shown; {readings} readings in all open letters.")
    else:
        typer.echo("No dead letters: everything received is stored.")


@app.command()
def show(number: int) -> None:
    """Show one letter's message as it came."""
    with _letters() as (letters, _):
        letter = _one(letters, number)
    for name, value in _facts(letter).items():
        typer.echo(f"{name}: {value}")
    typer.echo(f"topic: {letter.topic}\n")
    typer.echo(_readable(letter.payload))


@app.command()
def raw(number: int) -> None:
    """Write one letter's message to standard output, byte for byte, to mend it.

    Example: ./suluh letters raw 12 > message
    """
    with _letters() as (letters, _):
        typer.echo(_one(letters, number).payload, nl=False)


@app.command()
def explain(number: int) -> None:
    """Say what a letter's reason means and what to do."""
    with _letters() as (letters, _):
        letter = _one(letters, number)
    meaning = meaning_of(letter.reason)
    typer.echo(f"Letter {letter.id}: {letter.reason}\n{meaning.meaning}\nTo do: {meaning.remedy}")


@app.command()
def replay(
    numbers: Annotated[list[int] | None, typer.Argument(help="Which letters.")] = None,
    publisher: Publisher = "",
    reason: Reason = "",
    file: Annotated[
        Path | None, typer.Option(help="Store this mended message in place of the letter's own.")
    ] = None,
) -> None:
    """Try again to store letters: when the registry was corrected, or with a mended message.

    Those that go through are settled; the others stay as they are. Exit code 1 if any stays.
    Try:

        ./suluh letters replay --reason "not assigned"

        ./suluh letters raw 12 > message (then mend it); ./suluh letters replay 12 --file message
    """
    if not numbers and not publisher and not reason:
        raise _stop("Say which: numbers, --publisher or --reason.", 2)
    if file is not None and (not numbers or len(numbers) != 1):
        raise _stop("--file mends one letter: give its number.", 2)
    mended = _content(file) if file else None
    with _letters() as (letters, settings):
        chosen = [_one(letters, n) for n in numbers or ()] or list(_all(letters, publisher, reason))
        chances = _replay(settings, letters, chosen, mended)
    for letter, chance in zip(chosen, chances, strict=True):
        again = f"refused again: {'; '.join(chance.reasons)}" if chance.reasons else "settled"
        typer.echo(f"{letter.id:>8}  {chance.stored} readings stored, {again}")
    settled = sum(chance.settled for chance in chances)
    typer.echo(f"{settled} of {len(chosen)} letters settled.")
    if settled < len(chosen):
        raise typer.Exit(1)


def _replay(
    settings: CollectorSettings,
    letters: SqlDeadLetters,
    chosen: list[DeadLetter],
    mended: bytes | None,
) -> list[SecondChance]:
    try:
        store = open_store(settings)
    except StoreUnavailableError as error:
        raise _stop(
            f"The store of readings cannot be opened: {error}\n"
            "While `suluh run` or `suluh demo` is on, it holds the file: stop it for the replay."
        ) from error
    try:
        again = build_second_chance(store, letters.engine)
        return [again(letter, mended) for letter in chosen]
    except StoreUnavailableError as error:
        raise _stop(f"The store of readings cannot be written: {error}") from error
    finally:
        store.close()


@contextmanager
def _letters() -> Iterator[tuple[SqlDeadLetters, CollectorSettings]]:
    settings = from_environment(CollectorSettings)
    set_up_logs(settings.log_level)
    try:
        engine = open_database(settings)
        yield SqlDeadLetters(engine), settings
        engine.dispose()
    except DATABASE_TROUBLE as error:
        raise _stop(database_trouble(error)) from error


def _all(letters: SqlDeadLetters, publisher: str, reason: str) -> Iterator[DeadLetter]:
    after_id = 0
    while page := letters.find(LetterFilter(after_id, _PAGE, publisher, reason)):
        yield from page
        after_id = page[-1].id


def _one(letters: SqlDeadLetters, number: int) -> DeadLetter:
    letter = letters.get(number)
    if letter is None:
        raise _stop(f"There is no dead letter {number}. See: ./suluh letters list", 2)
    return letter


def _facts(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "publisher": letter.publisher,
        "received": f"{utc(letter.received_s):%Y-%m-%dT%H:%M:%SZ}",
        "reason": letter.reason,
        "readings": letter.readings,
        "bytes": len(letter.payload),
        "settled": letter.settled_s is not None,
    }


def _readable(payload: bytes) -> str:
    """Text as it is where it is text, else hexadecimal; shortened, and nothing that steers."""
    try:
        text = payload.decode("utf-8")
        if not text.isprintable():
            text = text.encode("unicode_escape").decode()
    except UnicodeDecodeError:
        text = payload.hex(" ")
    cut = len(text) > _SHOWN_CHARS
    return text[:_SHOWN_CHARS] + (" ... (the rest is left out here)" if cut else "")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _stop(f"{file} cannot be read: {error.strerror}", 2) from error


def _stop(message: str, code: int = 1) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)


if __name__ == "__main__":
    app()
