"""`suluh device`: credentials of devices and gateways, and the broker's files made of them."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from collector.bootstrap import open_database, open_fleet
from collector.domain.clock import system_clock, utc
from collector.domain.device import Assignment
from collector.environment import from_environment
from collector.fleet.database import DATABASE_TROUBLE, database_trouble
from collector.publishers.broker_files import write_broker_files
from collector.publishers.changes import NotPossibleError, expected, give_secrets, known
from collector.publishers.changes import revoke as revoke_all
from collector.publishers.repository import SqlPublishers
from collector.settings import CollectorSettings

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
NOT_POSSIBLE = 2
_TO_THE_BROKER = "The broker learns of it by: ./suluh device broker-files FOLDER"

Names = Annotated[list[str], typer.Argument(help="Serials of devices or names of gateways.")]
AsJson = Annotated[bool, typer.Option("--json", help="For a program to read.")]


@app.command()
def add(
    names: Annotated[list[str] | None, typer.Argument(help="Serials or gateways.")] = None,
    *,
    everyone: Annotated[
        bool, typer.Option("--all", help="All who send, by the registry, and have none yet.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make credentials; the secret is shown once and kept nowhere.

    The registry must know them: import it first. Exit code 2 when nothing was done. Examples:

        ./suluh device add gw-oemaman

        ./suluh device add --all --json > credentials.json
    """
    with _database() as (publishers, assignments, _):
        chosen = list(dict.fromkeys(names or []))
        if everyone:
            there = {p.name for p in publishers.all()}
            chosen += sorted(expected(assignments) - there - set(chosen))
        elif not chosen:
            raise NotPossibleError("Say who: names, or --all.")
        if strangers := sorted(set(chosen) - known(assignments)):
            raise NotPossibleError(
                f"The registry knows no {', '.join(strangers[:10])}: first ./suluh import FILE"
            )
        _show(give_secrets(publishers, chosen, system_clock()), as_json=as_json)


@app.command()
def rotate(names: Names, *, as_json: AsJson = False) -> None:
    """Make new secrets in place of the old ones, for revoked publishers too.

    Example: ./suluh device rotate gw-oemaman
    """
    with _database() as (publishers, _, _settings):
        _show(give_secrets(publishers, names, system_clock(), renew=True), as_json=as_json)


@app.command()
def revoke(names: Names) -> None:
    """Let a stolen or retired publisher in no more; its readings stay.

    Example: ./suluh device revoke KPK-0142
    """
    with _database() as (publishers, _, _settings):
        revoke_all(publishers, names, system_clock())
    typer.echo(f"Revoked: {', '.join(names)}. By HTTP it holds at once. {_TO_THE_BROKER}", err=True)


@app.command("list")
def list_publishers(*, as_json: AsJson = False) -> None:
    """List who has credentials, since when, and who should have some and has none.

    Example: ./suluh device list --json
    """
    with _database() as (publishers, assignments, _):
        found = publishers.all()
        lacking = sorted(expected(assignments) - {p.name for p in found if p.active})
    rows = [
        {
            "name": p.name,
            "since": f"{utc(p.made_s):%Y-%m-%dT%H:%M:%SZ}",
            "revoked": None if p.revoked_s is None else f"{utc(p.revoked_s):%Y-%m-%dT%H:%M:%SZ}",
        }
        for p in found
    ]
    if as_json:
        typer.echo(json.dumps({"publishers": rows, "without": lacking}, indent=2))
        return
    for row in rows:
        state = f"revoked {row['revoked']}" if row["revoked"] else "active"
        typer.echo(f"{row['name']:<32} since {row['since']}  {state}")
    typer.echo(f"{len(rows)} with credentials; {len(lacking)} of the registry without.")
    if lacking:
        typer.echo("Give them some: ./suluh device add --all")


@app.command("broker-files")
def broker_files(
    folder: Annotated[Path, typer.Argument(help="Where mosquitto's `passwords` and `acl` lie.")],
    owner: Annotated[str, typer.Option(help="User as whom mosquitto runs.")] = "",
    pid_file: Annotated[
        Path | None, typer.Option(help="mosquitto's pid file: it is told to read them anew.")
    ] = None,
) -> None:
    """Write mosquitto's password file and access list, for its owner alone (mode 0600).

    The collectors log in as SULUH_MQTT_USERNAME with SULUH_MQTT_PASSWORD. Without --pid-file tell
    the broker yourself: kill -HUP PID. Who was revoked is then cut off. Example:

        ./suluh device broker-files /etc/mosquitto --owner mosquitto \
--pid-file /run/mosquitto/mosquitto.pid
    """
    with _database() as (publishers, _, settings):
        collector = (settings.mqtt_username, settings.mqtt_password.get_secret_value())
        if not all(collector):
            raise NotPossibleError(
                "Set SULUH_MQTT_USERNAME and SULUH_MQTT_PASSWORD: the collectors must get in too."
            )
        try:
            written = write_broker_files(folder, publishers.all(), collector, owner)
            if pid_file is not None:
                os.kill(int(pid_file.read_text()), signal.SIGHUP)
        except (OSError, LookupError, ValueError) as error:
            raise NotPossibleError(f"{folder} or the broker cannot be reached: {error}") from error
    news = "written" if written.changed else "as they were"
    typer.echo(f"{written.publishers} publishers and the collectors are let in; files {news}.")


def _show(made: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(made, indent=2))
    else:
        for name, secret in made.items():
            typer.echo(f"{name} {secret}")
    if made:
        typer.echo(f"Note it now: it is kept nowhere. {_TO_THE_BROKER}", err=True)
    else:
        typer.echo("Everybody has credentials.", err=True)


@contextmanager
def _database() -> Iterator[tuple[SqlPublishers, tuple[Assignment, ...], CollectorSettings]]:
    """Credentials and registry; ends the command with words for a person when that fails."""
    settings = from_environment(CollectorSettings)
    try:
        engine = open_database(settings)
        yield SqlPublishers(engine), open_fleet(engine).load().assignments, settings
        engine.dispose()
    except NotPossibleError as error:
        raise _stop(str(error)) from error
    except DATABASE_TROUBLE as error:
        raise _stop(database_trouble(error)) from error


def _stop(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(NOT_POSSIBLE)


if __name__ == "__main__":
    app()
