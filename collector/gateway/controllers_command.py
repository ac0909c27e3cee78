"""``suluh gateway controllers``: the charge controllers there are maps for, and their proof."""

import json
from typing import Annotated, Any

import typer

from collector.controllers.controller_map import ControllerMap
from collector.controllers.load import MapError, load_map, map_names

EXIT_USAGE = 2
NOT_KNOWN = "EPEVER LED-driver dimming, Phocos and Steca: no public register table, so no map."

NameArgument = Annotated[str, typer.Argument(help="Show this one in full.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def controllers(name: NameArgument = "", *, as_json: JsonOption = False) -> None:
    """List the charge controllers that can be read, how they are wired, and what proves each map.

    "verified 3/40" means that words from a real device, or from its maker's document, decode to
    what they are known to mean for 3 of its 40 registers; "unverified" that so far only tables
    agree. Either way compare the first readings with the controller's own display.

    Examples: suluh gateway controllers; suluh gateway controllers srne_rover
    """
    try:
        maps = [load_map(n) for n in ([name] if name else map_names())]
    except MapError as error:
        typer.echo(f"gateway: {error}", err=True)
        raise typer.Exit(EXIT_USAGE) from error
    if as_json:
        typer.echo(json.dumps({m.name: facts(m) for m in maps}, indent=2))
    elif name:
        typer.echo(_in_full(maps[0]))
    else:
        width = max(len(m.name) for m in maps)
        for each in maps:
            typer.echo(f"{each.name:<{width}}  {_status(each):<15}  {wire(each):<20}  {each.title}")
        typer.echo(f"\nLeft out: {NOT_KNOWN}")


def facts(controller: ControllerMap) -> dict[str, Any]:
    """What a person wants to know of a map before wiring anything to it."""
    return {
        "title": controller.title,
        "status": "unverified" if controller.unverified else "verified",
        "wire": wire(controller),
        "links": list(controller.link.kinds),
        "unit": controller.link.unit,
        "registers": len(controller.registers) + len(controller.texts),
        "registers_in_vectors": _proved(controller),
        "lacks": list(controller.lacks),
        "vectors": [{"name": v.name, "source": v.source} for v in controller.vectors],
        "sources": dict(controller.sources),
    }


def _proved(controller: ControllerMap) -> int:
    """How many of the registers and texts have a known meaning in some vector's words."""
    seen = {name for v in controller.vectors for name in (*v.expected, *v.spelled)}
    words = {address for v in controller.vectors for address in v.words}
    registers = [r for r in controller.registers if {r.name, r.field} & seen]
    texts = [t for t in controller.texts if t.name in seen]
    return sum((each.function, each.address) in words for each in (*registers, *texts))


def _status(controller: ControllerMap) -> str:
    said = facts(controller)
    if controller.unverified:
        return "unverified"
    return f"verified {said['registers_in_vectors']}/{said['registers']}"


def wire(controller: ControllerMap) -> str:
    """Speed and framing as they stand on an adapter: "9600 8N1"; "Modbus TCP" without any."""
    link = controller.link
    if "serial" in link.kinds or controller.sends_text:
        text = "VE.Direct " if controller.sends_text else ""
        return f"{text}{link.baud} 8{link.parity}{link.stop_bits}"
    return "Modbus TCP"


def _in_full(controller: ControllerMap) -> str:
    said = facts(controller)
    proof = [f"  {v['name']}\n    {v['source']}" for v in said["vectors"]]
    return "\n".join(
        [
            f"{controller.name}: {controller.title}",
            f"status: {_status(controller)}",
            *proof,
            f"wire: {said['wire']}, unit {said['unit']}, links {', '.join(said['links'])}",
            f"registers: {said['registers']}",
            f"cannot tell: {', '.join(said['lacks']) or 'nothing of what a reading needs'}",
            "sources:",
            *(f"  {text}" for text in said["sources"].values()),
        ]
    )
