"""The ledger: what became of every reading that was sent."""

import json
from typing import Annotated

import typer

from collector.bootstrap import open_database, open_fleet
from collector.environment import from_environment
from collector.fleet.database import DATABASE_TROUBLE, database_trouble
from collector.fleet.port import Fleet
from collector.ledger.balance.account import Counted
from collector.ledger.balance.bootstrap import account_now
from collector.ledger.balance.repository import SqlBalance
from collector.logs import set_up_logs
from collector.settings import CollectorSettings
from collector.spool.port import SpoolUnavailableError

app = typer.Typer(no_args_is_help=False, help=__doc__, add_completion=False)
_WORDS = {
    "sent": "sent",
    "stored": "stored",
    "dead_letters": "dead letters (./suluh letters list)",
    "spooled": "waiting in a spool",
    "at_device": "still at the device, asked for or not sent yet",
    "lost_holes": "lost, and listed as such",
    "duplicates_ignored": "came again and changed nothing",
}


@app.command()
def ledger(
    *,
    system: Annotated[str, typer.Option(help="Only the devices of this house code.")] = "",
    serial: Annotated[str, typer.Option(help="Only this device.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """Say what became of every reading: sent = stored + dead letters + spooled + at device + lost.

    Counted in distinct readings by their numbers; those without numbers as they came. Exit code
    1 if the account does not balance. Reads only; collectors may be at work. Try:

    ./suluh ledger

    ./suluh ledger --json --serial KPK-0142

    ./suluh ledger --system OEM-0142-0
    """
    settings = from_environment(CollectorSettings)
    set_up_logs(settings.log_level)
    try:
        engine = open_database(settings)
        fleet = open_fleet(engine).load() if system else None
        serials = [serial] if serial else _serials(fleet, system) if fleet else None
        counted = account_now(settings, engine, serials)
        troubled = [] if serials else SqlBalance(engine).troubled(10)
        engine.dispose()
    except DATABASE_TROUBLE as error:
        raise _stop(database_trouble(error)) from error
    except SpoolUnavailableError as error:
        raise _stop(f"A spool cannot be read: {error}") from error
    if as_json:
        typer.echo(json.dumps(counted.account.as_dict()))
    else:
        _tell(counted)
        for device in troubled:
            gone = device.account
            why = f" ({device.why_lost})" if device.why_lost else ""
            typer.echo(f"  {device.serial}: {gone.at_device} missing, {gone.lost_holes} lost{why}")
    if not counted.account.balanced:
        raise typer.Exit(1)


def _serials(fleet: Fleet, system: str) -> list[str]:
    """Every device that a house ever had."""
    code = system.strip().upper()
    if code not in fleet.by_code:
        raise _stop(f"There is no system {code}. See the house codes on the pages.", 2)
    return sorted({a.serial for a in fleet.by_system.get(code, ())})


def _tell(counted: Counted) -> None:
    figures = counted.account.as_dict()
    if not figures["sent"]:
        typer.echo("Nothing has been received yet.")
        return
    width = max(len(f"{n:,}") for n in figures.values())
    for name, number in figures.items():
        typer.echo(f"{number:>{width},}  {_WORDS[name]}")
    if counted.unnumbered:
        typer.echo(f"{counted.unnumbered:,} of them have no number and are counted as they came.")
    balanced = "balances" if counted.account.balanced else "DOES NOT BALANCE"
    typer.echo(f"The account {balanced}.")


def _stop(message: str, code: int = 1) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)


if __name__ == "__main__":
    app()
