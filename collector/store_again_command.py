"""`suluh store-again`: a store that lost its last hours is given them once more."""

import time
from typing import Annotated

import typer

from collector.bootstrap import open_spool
from collector.domain.clock import utc
from collector.environment import from_environment
from collector.settings import CollectorSettings
from collector.spool.port import SpoolUnavailableError

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
_TOLERANCE_S = 60.0


@app.command()
def store_again(
    hours: Annotated[
        float, typer.Option(min=0.01, max=8_760, help="What was received since so many hours ago.")
    ],
) -> None:
    """Let a collector store once more what it received in the last hours.

    For a store brought back from a backup: the spool keeps what it has stored for
    SULUH_SPOOL_KEEP_H hours, room permitting. Stop the collector, give this command the same
    settings, and start the collector again; of several, each. Storing twice changes nothing.
    Exit codes: 0 done, 1 the spool cannot be had or keeps nothing since then. Example:

        ./suluh store-again --hours 6
    """
    settings = from_environment(CollectorSettings)
    if not settings.spool_file.exists():
        raise _stop(f"There is no spool at {settings.spool_file}: see SULUH_DATA_DIR.")
    since_s = time.time() - 3_600.0 * hours
    try:
        spool = open_spool(settings)
        again, oldest_s = spool.store_again(since_s), spool.state().oldest_s
        spool.close()
    except SpoolUnavailableError as error:
        raise _stop(f"The spool cannot be opened: {error}") from error
    if not again or oldest_s is None:
        raise _stop(f"Nothing that was stored since {utc(since_s):%Y-%m-%d %H:%M} UTC is kept.")
    typer.echo(f"{again:,} messages wait to be stored again. Now start the collector.")
    if oldest_s > since_s + _TOLERANCE_S:
        typer.echo(f"The oldest was received at {utc(oldest_s):%Y-%m-%d %H:%M} UTC.")


def _stop(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)


if __name__ == "__main__":
    app()
