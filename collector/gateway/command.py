"""``suluh gateway``: run the gateway, look at one controller, see what waits."""

import json
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from collector.domain.clock import system_clock
from collector.environment import from_environment
from collector.gateway.bootstrap import build_gateway, open_bus
from collector.gateway.clock import GatewayClock
from collector.gateway.config import ConfigError, GatewayConfig, read_config
from collector.gateway.controllers_command import controllers
from collector.gateway.device import Device
from collector.gateway.export import export as export_readings
from collector.gateway.new_version import UpdateError
from collector.gateway.new_version import update as install
from collector.gateway.outbox_file import read_counts
from collector.gateway.port import Bus, BusError
from collector.gateway.revisions import Revisions
from collector.gateway.runtime import Ending
from collector.gateway.scan_command import scan
from collector.gateway.settings import GatewaySettings
from collector.gateway.signature import signers_problem
from collector.gateway.survey import read_everything, table
from collector.logs import set_up_logs

EXIT_FAILED = 1
EXIT_USAGE = 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="The village gateway: Modbus in, MQTT out, nothing lost between.",
)

app.command()(controllers)
app.command()(scan)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The gateway's TOML file.", dir_okay=False)
]


def _config(file: Path) -> GatewayConfig:
    try:
        return read_config(file)
    except ConfigError as error:
        typer.echo(f"gateway: {error}", err=True)
        raise typer.Exit(EXIT_USAGE) from error


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


@app.command()
def run(config: ConfigOption) -> None:
    """Poll the controllers, keep their readings on disk, send them until acknowledged.

    Example: suluh gateway run --config gateway.toml

    The broker's password comes from SULUH_MQTT_PASSWORD (user name: the gateway's own, or
    SULUH_MQTT_USERNAME). Ends with 0 after SIGTERM, Ctrl-C or for another version, with 1 when a
    part of it died.
    """
    settings = from_environment(GatewaySettings)
    set_up_logs(settings.log_level)
    wanted, stop = _config(config), _stop_on_signals()
    revisions, clock, ending = Revisions(config), GatewayClock(wanted.clock), Ending.ANEW
    while ending is Ending.ANEW:
        ending = build_gateway(revisions, settings, clock, stop).run()
    raise typer.Exit(EXIT_FAILED if ending is Ending.BROKEN else 0)


@app.command()
def check(config: ConfigOption) -> None:
    """Say whether a configuration can be used, and for what. Nothing is read or sent.

    Example: suluh gateway check -c gateway.toml
    """
    wanted = _config(config)
    typer.echo(
        f"gateway: {config} is good: {wanted.gateway}, {len(wanted.devices)} devices on "
        f"{len(wanted.buses)} lines, every {wanted.interval_s} s"
    )
    if wanted.updates:
        trouble = signers_problem(Path(wanted.updates))
        typer.echo(
            f"gateway: no version can come from the server: {trouble}"
            if trouble
            else f"gateway: versions come from the server if one in {wanted.updates} signed them"
        )
    if not GatewayClock(wanted.clock).is_set:
        typer.echo(
            "gateway: no NTP keeps this machine's clock yet, so readings would wait for the time; "
            'if a battery keeps it, write clock = "machine"'
        )


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write, readings-....jsonl.gz.")],
    config: ConfigOption,
) -> None:
    """Write what the server does not have yet to a file that a phone can carry to it.

    Works while the gateway runs. Nothing is deleted before the server has acknowledged it.
    Example: suluh gateway export boti.jsonl.gz -c gateway.toml
    """
    wanted = _config(config)
    try:
        count, undated = export_readings(Path(wanted.outbox), wanted.gateway, system_clock(), file)
    except FileNotFoundError as error:
        typer.echo(f"gateway: no outbox at {wanted.outbox}; has the gateway run yet?", err=True)
        raise typer.Exit(EXIT_FAILED) from error
    except OSError as error:
        typer.echo(f"gateway: cannot write {file}: {error.strerror}", err=True)
        raise typer.Exit(EXIT_FAILED) from error
    typer.echo(f"gateway: {count:,} readings in {file}; they stay here until the server has them")
    if undated:
        typer.echo(f"gateway: {undated:,} more wait until the clock is set", err=True)


@app.command()
def update(
    archive: Annotated[Path, typer.Argument(help="The new version, a .tar.gz of the project.")],
    config: ConfigOption,
    sha256: Annotated[str, typer.Option(help="Its SHA-256, from whoever made it.")],
) -> None:
    """Put a new version on trial; it runs from the next start on, and goes back if it fails.

    Example: suluh gateway update suluh.tar.gz --sha256 9f86d0... -c gateway.toml

    Nothing is switched unless the archive is what was promised and the version in it can read
    the configuration. Then: systemctl restart suluh-gateway
    """
    folder = Path(_config(config).outbox).parent
    try:
        version = install(archive, sha256, folder, config)
    except UpdateError as error:
        typer.echo(f"gateway: {error}", err=True)
        raise typer.Exit(EXIT_FAILED) from error
    typer.echo(f"gateway: {version.name} is on trial. Now: systemctl restart suluh-gateway")


@app.command()
def read(
    config: ConfigOption,
    serial: Annotated[list[str] | None, typer.Option(help="Only this device; repeat it.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Read one time and end.")] = False,
    every_s: Annotated[float, typer.Option(help="Pause between readings, seconds.")] = 10.0,
) -> None:
    """Print every register of the controllers with name, value, unit and raw words.

    Nothing is kept or sent. Example: suluh gateway read --once -c gateway.toml --serial KPK-0142

    Ends with 0 when all devices answered, 1 when one did not.
    """
    set_up_logs("ERROR")
    wanted = _config(config)
    chosen = set(serial or [d.serial for d in wanted.devices])
    if unknown := chosen - {d.serial for d in wanted.devices}:
        typer.echo(f"gateway: {config} has no device {', '.join(sorted(unknown))}", err=True)
        raise typer.Exit(EXIT_USAGE)
    stop = _stop_on_signals()
    lines = [open_bus(bus, stop) for bus in wanted.buses]
    silent = 0
    while not stop.is_set():
        silent = sum(_show(bus, d) for bus, ds in lines for d in ds if d.serial in chosen)
        if once:
            break
        stop.wait(every_s)
    raise typer.Exit(EXIT_FAILED if silent else 0)


def _show(bus: Bus, device: Device) -> int:
    """Print one device; 1 when it cannot be read."""
    unverified = ", map unverified" if device.controller.unverified else ""
    typer.echo(f"\n{device.serial}  unit {device.unit}  {device.controller.title}{unverified}")
    try:
        typer.echo(table(device.controller, read_everything(bus, device)))
    except BusError as error:
        typer.echo(f"no reading: {error}", err=True)
        _clear(bus)
        return 1
    return 0


def _clear(bus: Bus) -> None:
    try:
        bus.reset()
    except BusError as error:
        typer.echo(f"bus: {error}", err=True)


@app.command()
def status(
    config: ConfigOption,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """How many readings were produced, wait on disk, were acknowledged, were dropped.

    Works while the gateway runs. Example: suluh gateway status -c gateway.toml --json
    """
    outbox = Path(_config(config).outbox)
    try:
        counts = read_counts(outbox)
    except FileNotFoundError as error:
        typer.echo(f"gateway: no outbox at {outbox}; has the gateway run yet?", err=True)
        raise typer.Exit(EXIT_FAILED) from error
    said = {
        "produced": counts.produced,
        "waiting": counts.waiting,
        "acknowledged": counts.acknowledged,
        "dropped": counts.dropped,
    }
    if as_json:
        typer.echo(json.dumps(said))
    else:
        typer.echo("\n".join(f"{name:>12}  {count:>10,}" for name, count in said.items()))


if __name__ == "__main__":
    app()
