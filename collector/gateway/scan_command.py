"""``suluh gateway scan``: find the controllers on a line and write the gateway's file for them."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from collector.controllers.load import map_names
from collector.gateway.bus_config import BusConfig
from collector.gateway.draft import Entry, draft, unsettled
from collector.gateway.port import BusError
from collector.gateway.scan import ALL_UNITS, LIKELY_UNITS, Found, Scanner, units_of
from collector.gateway.scan_lines import Line, Places, lines

EXIT_FAILED = 1
EXIT_USAGE = 2
_TELL_EVERY = 25

SerialOption = Annotated[list[str] | None, typer.Option(help="Serial device of RS-485. Repeat it.")]
RtuTcpOption = Annotated[
    list[str] | None, typer.Option(help="HOST:PORT of an RS-485 network adapter. Repeat it.")
]
TcpOption = Annotated[list[str] | None, typer.Option(help="HOST:PORT of Modbus TCP. Repeat it.")]
VeDirectOption = Annotated[
    list[str] | None, typer.Option(help="Serial device of VE.Direct. Repeat it.")
]
UnitsOption = Annotated[
    str, typer.Option(help="Units to ask, such as 1,16-18,255. Default: all, likely ones first.")
]
QuickOption = Annotated[bool, typer.Option("--quick", help="Only units 1, 16 to 18 and 255.")]
BaudOption = Annotated[int, typer.Option(help="One speed for all instead of each family's own.")]
TimeoutOption = Annotated[float, typer.Option(help="Wait so long for an answer.", min=0.05)]
NameOption = Annotated[
    list[str] | None, typer.Option(help="UNIT=SERIAL as the registry has it. Repeat it.")
]
ChooseOption = Annotated[
    list[str] | None, typer.Option(help="UNIT=CONTROLLER where nothing tells. Repeat it.")
]
WriteOption = Annotated[Path | None, typer.Option(help="Write the gateway's file here.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
GatewayOption = Annotated[str, typer.Option(help="The gateway's name, for the file.")]
BrokerOption = Annotated[str, typer.Option(help="The broker's host, for the file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person said on the command line, or is asked where there is a terminal."""

    names: Mapping[int, str] = field(default_factory=dict)
    chosen: Mapping[int, str] = field(default_factory=dict)
    ask: bool = False

    def entry(self, found: Found) -> Entry:
        """What is known of the device now."""
        controller = self._controller(found)
        serial = self.names.get(found.unit, "")
        if self.ask and controller and not serial:
            serial = typer.prompt(
                f"Unit {found.unit}: serial as in the registry (empty: later)", "", err=True
            )
        return Entry(found.unit, serial, controller, found.told(), found.candidates)

    def _controller(self, found: Found) -> str:
        """Its map; empty while nobody has said which of several it is."""
        if found.controller:
            return found.controller.name
        names = [m.name for m in found.candidates]
        if self.chosen.get(found.unit) in names:
            return self.chosen[found.unit]
        if not (self.ask and names):
            return ""
        typer.echo(f"Unit {found.unit} ({found.told()}) may be:", err=True)
        for number, each in enumerate(found.candidates, 1):
            typer.echo(f"  {number}  {each.name}: {each.title}", err=True)
        number = typer.prompt("Which one (0: not sure)", 0, type=int, err=True)
        return names[number - 1] if 1 <= number <= len(names) else ""


def scan(
    serial: SerialOption = None,
    rtu_tcp: RtuTcpOption = None,
    tcp: TcpOption = None,
    vedirect: VeDirectOption = None,
    units: UnitsOption = "",
    quick: QuickOption = False,
    baud: BaudOption = 0,
    timeout_s: TimeoutOption = 0.3,
    name: NameOption = None,
    choose: ChooseOption = None,
    write: WriteOption = None,
    force: ForceOption = False,
    gateway: GatewayOption = "gw-DESA",
    broker: BrokerOption = "broker.example",
    as_json: JsonOption = False,
) -> None:
    """Find the controllers on a line, say what they are, and write the gateway's file.

    Works on any laptop with an adapter, without broker or server; it never writes to a controller.
    Ctrl-C keeps what was found until then. Ends with 0 when all that was found is settled, 1 when
    nothing was found or something is not settled, 2 on wrong use. Examples:

        suluh gateway scan --serial /dev/ttyUSB0 --quick

        suluh gateway scan --serial /dev/ttyUSB0 --write gateway.toml --gateway gw-boti

        suluh gateway scan --rtu-tcp 192.168.1.10:502 --units 1-20 --name 1=KPK-0142
    """
    try:
        where = serial or (), rtu_tcp or (), tcp or (), vedirect or ()
        places = Places(*where, baud, timeout_s)
        looked_at = list(lines(places))
        wanted = units_of(units) if units else LIKELY_UNITS if quick else ALL_UNITS
        answers = _answers(name, choose, ask=sys.stdin.isatty() and not as_json)
        _check(looked_at, write, force=force)
    except ValueError as error:
        typer.echo(f"gateway scan: {error}", err=True)
        raise typer.Exit(EXIT_USAGE) from error
    buses = _all(looked_at, wanted, answers)
    _report(buses, as_json=as_json)
    if write and buses:
        write.write_text(draft(gateway, broker, buses), encoding="utf-8")
        typer.echo(f"\nwritten: {write}", err=True)
    raise typer.Exit(_end(buses, written=write is not None))


def _check(looked_at: Sequence[Line], write: Path | None, *, force: bool) -> None:
    if not looked_at:
        raise ValueError("say where to look: --serial /dev/ttyUSB0, --rtu-tcp or --tcp HOST:PORT")
    if write and write.exists() and not force:
        raise ValueError(f"{write} is there already: give --force to replace it, or another name")


def _answers(name: Sequence[str] | None, choose: Sequence[str] | None, *, ask: bool) -> Answers:
    names, chosen = _pairs("--name", name or ()), _pairs("--choose", choose or ())
    for each in chosen.values():
        if each not in map_names():
            raise ValueError(f"--choose {each}: known are {', '.join(map_names())}")
    return Answers(names, chosen, ask)


def _pairs(option: str, given: Sequence[str]) -> dict[int, str]:
    pairs = {}
    for text in given:
        unit, _, said = text.partition("=")
        if not (unit.isdigit() and said):
            raise ValueError(f"{option} wants UNIT=..., such as 1=KPK-0142, not {text!r}")
        pairs[int(unit)] = said
    return pairs


def _all(
    looked_at: Sequence[Line], units: Sequence[int], answers: Answers
) -> list[tuple[BusConfig, list[Entry]]]:
    """Every line with somebody on it. Ctrl-C ends the looking, not what comes after."""
    found: list[tuple[BusConfig, list[Found]]] = []
    try:
        for line in looked_at:
            here: list[Found] = []
            found.append((line.config, here))
            _look(line, (1,) if line.config.link == "vedirect" else units, here)
    except KeyboardInterrupt:
        typer.echo("\nstopped: what was found until now counts", err=True)
    return [(bus, [answers.entry(f) for f in here]) for bus, here in found if here]


def _look(line: Line, units: Sequence[int], here: list[Found]) -> None:
    """Put everybody on the line into ``here``, at once, so that a Ctrl-C loses nobody."""
    bus = line.open()
    scanner = Scanner(bus, line.maps)
    typer.echo(f"{line.title}: looking at {len(units)} units", err=True)
    try:
        for number, unit in enumerate(units, 1):
            if found := scanner.at(unit):
                here.append(found)
                typer.echo(f"  {_in_words(found)}", err=True)
            elif number % _TELL_EVERY == 0:
                typer.echo(f"  {number} of {len(units)}", err=True)
    except BusError as error:
        typer.echo(f"  cannot be read: {error}", err=True)
    finally:
        bus.close()


def _in_words(found: Found) -> str:
    what = " or ".join(m.name for m in found.candidates) or "somebody no map is known of"
    told = found.told()
    return f"unit {found.unit}: {what}" + (f" ({told})" if told else "")


def _report(buses: Sequence[tuple[BusConfig, list[Entry]]], *, as_json: bool) -> None:
    """The result on standard output: one line a device, or JSON."""
    rows = [
        {
            "bus": bus.device or f"{bus.host}:{bus.port}",
            "unit": entry.unit,
            "controller": entry.controller,
            "choices": [m.name for m in entry.choices],
            "serial": entry.serial,
            "told": entry.told,
        }
        for bus, entries in buses
        for entry in entries
    ]
    if as_json:
        typer.echo(json.dumps({"found": rows}))
        return
    for row in rows:
        what = row["controller"] or "? " + " or ".join(row["choices"])
        typer.echo(f"{row['bus']}  unit {row['unit']}  {what}  {row['serial']}  {row['told']}")
    if not rows:
        typer.echo(
            "Nobody answers. Is the controller lit, A on A and B on B (swapped wires do no harm), "
            "its speed and unit as expected? Try --baud, or a longer --timeout-s."
        )


def _end(buses: Sequence[tuple[BusConfig, list[Entry]]], *, written: bool) -> int:
    """Say what is left to do; the exit code."""
    entries = [entry for _, here in buses for entry in here]
    for sentence in unsettled(entries):
        if written or "choose" in sentence:
            typer.echo(f"still to do: {sentence}", err=True)
    return 0 if entries and all(e.controller for e in entries) else EXIT_FAILED
