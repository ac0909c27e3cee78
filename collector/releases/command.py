"""`suluh gateways`: versions of the program for gateways to fetch, and who runs which."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from collector.bootstrap import open_database, open_fleet
from collector.domain.clock import system_clock, utc
from collector.environment import from_environment
from collector.fleet.database import DATABASE_TROUBLE, database_trouble
from collector.publishers.repository import SqlPublishers
from collector.releases.archive import NoVersionError, read_release
from collector.releases.choosing import NotPossibleError, gateways_meant, version_meant
from collector.releases.port import Order, Report
from collector.releases.repository import SqlReleases
from collector.settings import CollectorSettings

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
NOT_POSSIBLE = 2

Names = Annotated[list[str] | None, typer.Argument(help="Names of gateways.")]
Everyone = Annotated[bool, typer.Option("--all", help="All gateways.")]
AsJson = Annotated[bool, typer.Option("--json", help="For a program to read.")]


@app.command()
def release(
    archive: Annotated[Path, typer.Argument(help="The version, a .tar.gz of the project.")],
    signature: Annotated[
        Path | None, typer.Option(help="Its signature; ARCHIVE.sig unless said.")
    ] = None,
    name: Annotated[str, typer.Option(help="What to call it; the file's name unless said.")] = "",
) -> None:
    """Make a version known to this server. No gateway runs it before it is assigned.

    It must be signed by a key that lies on no server and that the gateways' own files name; see
    deploy/gateway/README.md. Example:

        ssh-keygen -Y sign -n suluh-version -f KEY suluh-0.2.tar.gz

        ./suluh gateways release suluh-0.2.tar.gz
    """
    signed = signature or archive.with_name(archive.name + ".sig")
    called = name or archive.name.removesuffix(".tar.gz")
    with _releases() as (releases, _):
        made, content, checked = read_release(archive, signed, called, system_clock())
        news = "is known now" if releases.keep(made, content) else "was known, is signed anew"
    typer.echo(f"{made.digest}")
    typer.echo(f"{made.name} {news}, {made.size_bytes / 1e6:.2f} MB.", err=True)
    if not checked:
        typer.echo("There is no ssh-keygen here: nobody has looked at the signature.", err=True)
    typer.echo(f"Let gateways run it: ./suluh gateways assign {made.short} --stage 10", err=True)


@app.command()
def versions(*, as_json: AsJson = False) -> None:
    """List the versions that this server has.

    Example: ./suluh gateways versions
    """
    with _releases() as (releases, _):
        found, orders = releases.all(), releases.orders().values()
    rows = [
        {
            "version": r.short,
            "name": r.name,
            "since": _time(r.made_s),
            "size_bytes": r.size_bytes,
            "sha256": r.digest,
            "assigned_to": sum(o.release.digest == r.digest for o in orders),
        }
        for r in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        typer.echo(
            "{version}  {name:<24} {size_bytes:>10,} bytes  since {since}  "
            "assigned to {assigned_to}".format(**row)
        )
    if not rows:
        typer.echo("None yet. Make one known: ./suluh gateways release ARCHIVE")


@app.command()
def assign(
    version: Annotated[str, typer.Argument(help="Its name, or how its digest begins.")],
    names: Names = None,
    *,
    everyone: Everyone = False,
    stage: Annotated[
        float, typer.Option(help="A share of all gateways, per cent; a larger one holds it.")
    ] = 0.0,
) -> None:
    """Let gateways run a version: they fetch it, try it, and go back if it does not work.

    Assigned again, it is tried again where it has failed. Examples:

        ./suluh gateways assign suluh-0.2 gw-oemaman

        ./suluh gateways assign suluh-0.2 --stage 10
    """
    with _releases() as (releases, there):
        wanted = version_meant(releases.all(), version)
        chosen = gateways_meant(there, names or [], everyone=everyone, percent=stage)
        releases.assign(wanted.digest, chosen, system_clock())
    typer.echo(f"{wanted.name} ({wanted.short}) is for {len(chosen)}: {', '.join(chosen)}")
    typer.echo("What becomes of it: ./suluh gateways list", err=True)


@app.command()
def unassign(names: Names = None, *, everyone: Everyone = False) -> None:
    """Take the wish back: these gateways go on with what they run, and fetch nothing.

    To go back to an older version assign that one. Example: ./suluh gateways unassign gw-oemaman
    """
    with _releases() as (releases, there):
        known = there | set(releases.orders())
        gone = releases.take_back(gateways_meant(known, names or [], everyone=everyone))
    typer.echo(
        f"Taken back for {len(gone)}: {', '.join(gone)}" if gone else "Nothing to take back."
    )


@app.command("list")
def list_gateways(*, as_json: AsJson = False) -> None:
    """List which version each gateway runs, which it is to run, and what it says about it.

    Example: ./suluh gateways list --json
    """
    with _releases() as (releases, there):
        orders, reports = releases.orders(), releases.reports()
        called = {r.short: r.name for r in releases.all()}
    rows = [
        _row(name, orders.get(name), reports.get(name), called)
        for name in sorted(there | set(orders))
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        wants = f"to run {row['wanted'] or 'what it has'}"
        said = f"{row['update'] or '-'} ({row['said'] or 'never heard'})"
        typer.echo(f"{row['gateway']:<20} runs {row['runs'] or '?':<34} {wants:<36} {said}")
    late = sum(bool(row["wanted"]) and row["runs"] != row["wanted"] for row in rows)
    typer.echo(f"{len(rows)} gateways; {late} of them do not run yet what they are to run.")


def _row(
    name: str, order: Order | None, report: Report | None, called: dict[str, str]
) -> dict[str, str | None]:
    def words(short: str) -> str:
        return f"{called[short]} ({short})" if short in called else short

    runs = None if report is None else words(report.release) or "as installed"
    return {
        "gateway": name,
        "runs": runs,
        "wanted": words(order.release.short) if order else None,
        "update": report.update if report else None,
        "said": _time(report.said_s) if report else None,
    }


def _time(time_s: float) -> str:
    return f"{utc(time_s):%Y-%m-%dT%H:%M:%SZ}"


@contextmanager
def _releases() -> Iterator[tuple[SqlReleases, set[str]]]:
    """Versions, and gateways that can fetch some; ends the command with words when that fails."""
    settings = from_environment(CollectorSettings)
    try:
        engine = open_database(settings)
        active = {p.name for p in SqlPublishers(engine).all() if p.active}
        assigned = open_fleet(engine).load().assignments
        there = {a.gateway for a in assigned if a.gateway and a.until_s is None} & active
        yield SqlReleases(engine), there
        engine.dispose()
    except (NotPossibleError, NoVersionError) as error:
        raise _stop(str(error)) from error
    except DATABASE_TROUBLE as error:
        raise _stop(database_trouble(error)) from error


def _stop(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(NOT_POSSIBLE)


if __name__ == "__main__":
    app()
