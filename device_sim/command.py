"""`suluh sim`: devices in the field that are not there."""

import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from collector.domain.clock import system_clock
from collector.domain.registry import RegistryError
from collector.logs import set_up_logs
from device_sim.bootstrap import build_field, population_table
from device_sim.options import OptionError, Options, broker_of, span_of
from device_sim.session import Tell
from device_sim.settings import SimulatorSettings

EXIT_FAILED = 1
EXIT_USAGE = 2

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)


@app.callback()
def _group() -> None:
    """Keep `sim` a command of its own."""


@app.command()
def sim(  # noqa: PLR0917 - every one is an option by name
    registry: Annotated[Path, typer.Option(help="Registry file (CSV) of the fleet.")],
    broker: Annotated[str, typer.Option(help="MQTT broker, HOST:PORT.")] = "127.0.0.1:1883",
    days: Annotated[float, typer.Option(help="Days of history to send first.", min=0)] = 60,
    seed: Annotated[int, typer.Option(help="The same seed gives the same field.")] = 1,
    start: Annotated[str, typer.Option(help="Begin of the history (ISO 8601), not --days.")] = "",
    end: Annotated[str, typer.Option(help="End of the history (ISO 8601); default now.")] = "",
    publish_from: Annotated[
        str, typer.Option(help="Send only what is later than this (ISO 8601): go on a run.")
    ] = "",
    once: Annotated[bool, typer.Option("--once", help="End after the history.")] = False,
    interval_s: Annotated[float, typer.Option(help="Pace of live readings.", min=1)] = 900,
    mqtt_protocol: Annotated[int, typer.Option(help="5, or 3 for MQTT 3.1.1.")] = 5,
    modbus_port: Annotated[
        int | None, typer.Option(help="Serve one gateway's controllers on this port.")
    ] = None,
    modbus_gateway: Annotated[
        str, typer.Option(help="Whose controllers are served over Modbus.")
    ] = "gw-kusi-utara",
    answers: Annotated[Path | None, typer.Option(help="Write the answer sheet (CSV).")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write an account.")] = None,
    events: Annotated[bool, typer.Option("--events", help="One JSON event a line.")] = False,
    stats: Annotated[
        bool, typer.Option("--stats", help="Send nothing: show the homes beside the field's.")
    ] = False,
) -> None:
    """Simulate the fleet of a registry: its history first and fast, then live.

    User name and password at the broker: SULUH_SIM_MQTT_USERNAME, SULUH_SIM_MQTT_PASSWORD.
    Ends with 0 (also after Ctrl-C), 1 when something it needs is missing, 2 on wrong use. Examples:

        suluh sim --registry deploy/pilot/registry.csv --days 60 --once

        suluh sim --registry deploy/pilot/registry.csv --interval-s 60 --answers answers.csv
    """
    try:
        options = Options(
            registry,
            *broker_of(broker),
            *span_of(days, start, end, publish_from, system_clock()),
            seed,
            None if once else interval_s,
            mqtt_protocol,
            modbus_port,
            modbus_gateway,
            answers,
        )
        if stats:
            print(population_table(options))
            return
        account = _run(options, _teller(events=events))
    except OptionError as error:
        typer.echo(f"sim: {error}", err=True)
        raise typer.Exit(EXIT_USAGE) from error
    except (OSError, RegistryError, ValueError) as error:
        typer.echo(f"sim: {error}", err=True)
        raise typer.Exit(EXIT_FAILED) from error
    if json_file:
        json_file.write_text(json.dumps(account) + "\n", encoding="utf-8")


def _run(options: Options, tell: Tell) -> dict[str, float]:
    """Run until done or told to stop; the account of it."""
    settings = SimulatorSettings()
    set_up_logs(settings.log_level)
    stopping = threading.Event()
    began_s = time.monotonic()
    field = build_field(options, settings, tell, stopping, system_clock)
    _stop_on_signals(stopping, field.session.link.interrupt)
    sent = field.run()
    return {
        "systems": len(field.timeline.fleet),
        "sent": sent,
        "messages": field.session.messages,
        "seconds": round(time.monotonic() - began_s, 3),
    }


def _stop_on_signals(stopping: threading.Event, interrupt: Callable[[], None]) -> None:
    def stop(*_: object) -> None:
        stopping.set()
        interrupt()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _teller(*, events: bool) -> Tell:
    """Say what happens: as JSON lines on standard output, or in words on standard error."""

    def as_event(event: str, numbers: dict[str, int]) -> None:
        print(json.dumps({"event": event, **numbers}), flush=True)

    def in_words(event: str, numbers: dict[str, int]) -> None:
        said = ", ".join(f"{name} {number:,}" for name, number in numbers.items())
        print(f"{event.replace('_', ' ')}: {said}", file=sys.stderr)

    return as_event if events else in_words


if __name__ == "__main__":
    app()
