"""`suluh sim`: devices in the field that are not there."""

import json
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from collector.domain.clock import system_clock
from collector.domain.registry import RegistryError
from collector.environment import from_environment
from collector.logs import set_up_logs
from device_sim.bootstrap import build_field, build_recorder, population_table
from device_sim.finished import finish
from device_sim.grid import day_of
from device_sim.options import OptionError, Options, Serving, Wish, broker_of, chosen_scenario
from device_sim.progress import Tell, Words, as_json
from device_sim.scenario import ScenarioError
from device_sim.settings import SimulatorSettings

EXIT_FAILED = 1
EXIT_USAGE = 2

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)


RegistryOption = Annotated[Path | None, typer.Option(help="Registry file (CSV) of the fleet.")]
ScenarioOption = Annotated[
    str, typer.Option(help="A fleet, its days and faults, by name or as a TOML file.")
]
SystemsOption = Annotated[
    int | None, typer.Option(help="The first so many systems of the fleet.", min=1)
]
RecordOption = Annotated[
    Path | None, typer.Option(help="Write the history into this folder; send nothing.")
]
BrokerOption = Annotated[str, typer.Option(help="MQTT broker, HOST:PORT.")]
DaysOption = Annotated[
    float | None,
    typer.Option(help="Days of history; default 60, or the scenario's.", min=0),
]
SeedOption = Annotated[int, typer.Option(help="The same seed gives the same field.")]
StartOption = Annotated[str, typer.Option(help="Begin of the history (ISO 8601), not --days.")]
EndOption = Annotated[str, typer.Option(help="End of the history (ISO 8601); default now.")]
PublishFromOption = Annotated[
    str, typer.Option(help="Send only what is later than this (ISO 8601): go on a run.")
]
OnceOption = Annotated[bool, typer.Option("--once", help="End after the history.")]
IntervalSOption = Annotated[float, typer.Option(help="Pace of live readings.", min=1)]
MqttProtocolOption = Annotated[int, typer.Option(help="5, or 3 for MQTT 3.1.1.")]
ModbusPortOption = Annotated[
    int | None, typer.Option(help="Serve one gateway's controllers on this port.")
]
ModbusSerialOption = Annotated[
    Path | None, typer.Option(help="Serve them on this serial device instead, RTU.")
]
ModbusGatewayOption = Annotated[str, typer.Option(help="Whose controllers are served.")]
ModbusControllerOption = Annotated[
    str, typer.Option(help="Serve them as this kind, such as srne_rover, not the registry's.")
]
VeDirectOption = Annotated[
    Path | None, typer.Option(help="Send the first one's readings as VE.Direct text at this name.")
]
AnswersOption = Annotated[Path | None, typer.Option(help="Write the answer sheet (CSV).")]
JsonFileOption = Annotated[Path | None, typer.Option("--json", help="Write an account.")]
EventsOption = Annotated[bool, typer.Option("--events", help="One JSON event a line.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Run a million systems or more.")]
StatsOption = Annotated[
    bool, typer.Option("--stats", help="Send nothing: show the homes beside the field's.")
]


@app.callback()
def _group() -> None:
    """Keep `sim` a command of its own."""


@app.command()
def sim(  # noqa: PLR0917 - every one is an option by name
    registry: RegistryOption = None,
    scenario: ScenarioOption = "",
    systems: SystemsOption = None,
    record: RecordOption = None,
    broker: BrokerOption = "127.0.0.1:1883",
    days: DaysOption = None,
    seed: SeedOption = 1,
    start: StartOption = "",
    end: EndOption = "",
    publish_from: PublishFromOption = "",
    once: OnceOption = False,
    interval_s: IntervalSOption = 900,
    mqtt_protocol: MqttProtocolOption = 5,
    modbus_port: ModbusPortOption = None,
    modbus_serial: ModbusSerialOption = None,
    modbus_gateway: ModbusGatewayOption = "gw-kusi-utara",
    modbus_controller: ModbusControllerOption = "",
    vedirect: VeDirectOption = None,
    answers: AnswersOption = None,
    json_file: JsonFileOption = None,
    events: EventsOption = False,
    stats: StatsOption = False,
    yes: YesOption = False,
) -> None:
    """Simulate the fleet of a registry: its history first and fast, then live.

    User name and password at the broker: SULUH_SIM_MQTT_USERNAME, SULUH_SIM_MQTT_PASSWORD.
    A recording lies in DIR.part until it is whole. Ends with 0 (also after Ctrl-C, but for a
    recording), 1 when something it needs is missing, 2 on wrong use. Examples:

        suluh sim --registry deploy/pilot/registry.csv --days 60 --once

        suluh sim --registry deploy/pilot/registry.csv --interval-s 60 --answers answers.csv

        suluh sim --scenario district --days 10 --record recordings/district --json account.json

        suluh sim --scenario evaluation --seed 7 --record recordings/evaluation-7
    """
    try:
        wish = Wish(days, start, end, publish_from)
        chosen = chosen_scenario(scenario, registry)
        options = Options(
            registry,
            *broker_of(broker),
            *wish.span(system_clock(), chosen, recorded=record is not None),
            seed,
            None if once else interval_s,
            mqtt_protocol,
            Serving(modbus_gateway, modbus_port, modbus_serial, vedirect, modbus_controller),
            *(answers, chosen, systems, record, yes),
        )
        account = _run(options, as_json if events else Words(time.monotonic), stats=stats)
    except (OptionError, ScenarioError) as error:
        typer.echo(f"sim: {error}", err=True)
        raise typer.Exit(EXIT_USAGE) from error
    except (OSError, RegistryError, ValueError) as error:
        typer.echo(f"sim: {error}", err=True)
        raise typer.Exit(EXIT_FAILED) from error
    if json_file:
        json_file.write_text(json.dumps(account) + "\n", encoding="utf-8")


def _run(options: Options, tell: Tell, *, stats: bool) -> dict[str, float]:
    """Run until done or told to stop, or print ``stats``; the account of it."""
    if stats:
        print(population_table(options))
        return {}
    settings = from_environment(SimulatorSettings)
    set_up_logs(settings.log_level)
    stopping = threading.Event()
    if options.record:
        _stop_on_signals(stopping, stopping.set)
        recorder = build_recorder(options, tell, stopping)
        days = day_of(options.end_s - 1) - day_of(options.start_s) + 1
        return finish(recorder.run, days, recorder.folder, options.record)
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


if __name__ == "__main__":
    app(prog_name="suluh")
