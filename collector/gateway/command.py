"""``suluh gateway``: run the gateway, look at one controller, see what waits."""

import json
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from collector.environment import from_environment
from collector.gateway.bootstrap import build_gateway, open_bus
from collector.gateway.config import ConfigError, GatewayConfig, read_config
from collector.gateway.controllers_command import controllers
from collector.gateway.device import Device
from collector.gateway.outbox_file import read_counts
from collector.gateway.port import Bus, BusError
from collector.gateway.settings import GatewaySettings
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
    SULUH_MQTT_USERNAME). Ends with 0 after SIGTERM or Ctrl-C, with 1 when a part of it died.
    """
    settings = from_environment(GatewaySettings)
    set_up_logs(settings.log_level)
    wanted = _config(config)
    gateway = build_gateway(wanted, settings, _stop_on_signals())
    raise typer.Exit(0 if gateway.run() else EXIT_FAILED)


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
