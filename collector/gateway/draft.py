"""A configuration as a technician begins with it: what a scan found, and what is left to say."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from collector.controllers.controller_map import ControllerMap
from collector.gateway.bus_config import BusConfig


@dataclass(frozen=True, slots=True)
class Entry:
    """A device as far as it is known; ``serial`` is empty while nobody has said it.

    ``choices`` are what it may be when that is not settled.
    """

    unit: int
    serial: str
    controller: str
    told: str
    choices: tuple[ControllerMap, ...] = ()


def unsettled(entries: Sequence[Entry]) -> list[str]:
    """What a person must still write before the file can be used, each as a sentence."""
    known = [e for e in entries if e.controller or e.choices]
    return [
        *(f'unit {e.unit}: write its serial (serial = "...")' for e in known if not e.serial),
        *(
            f"unit {e.unit}: choose its controller, {' or '.join(c.name for c in e.choices)}"
            for e in known
            if not e.controller
        ),
    ]


def draft(gateway: str, broker_host: str, buses: Sequence[tuple[BusConfig, list[Entry]]]) -> str:
    """The file's text, in TOML with comments in Indonesian and English."""
    text = [
        "# Konfigurasi gateway desa, dari `suluh gateway scan`.",
        "# A village gateway's configuration, from `suluh gateway scan`.",
        "# Periksa / check: suluh gateway read --once --config FILE",
        "",
        "# Nama pengirim seperti di registri; sandinya di SULUH_MQTT_PASSWORD.",
        "# The publisher's name as in the registry; its password goes into SULUH_MQTT_PASSWORD.",
        f"gateway = {json.dumps(gateway)}",
        "interval_s = 900",
        "",
        "[broker]",
        f"host = {json.dumps(broker_host)}",
        "port = 8883",
        "tls = true",
    ]
    for bus, entries in buses:
        text += ["", "[[buses]]", *_bus(bus)]
        for entry in entries:
            text += ["", *_device(entry)]
    return "\n".join(text) + "\n"


def _bus(bus: BusConfig) -> list[str]:
    said = {
        "name": bus.name,
        "link": bus.link,
        **({"host": bus.host, "port": bus.port} if bus.host else {"device": bus.device}),
        **{k: v for k in ("baud", "parity", "stop_bits") if (v := getattr(bus, k))},
    }
    return [f"{key} = {json.dumps(value)}" for key, value in said.items()]


def _device(entry: Entry) -> list[str]:
    if not (entry.controller or entry.choices):
        return [
            f"# Unit {entry.unit}: ada yang menjawab, tetapi tidak dikenal.",
            f"# Unit {entry.unit}: somebody answers whom no map knows.",
        ]
    text = ["[[buses.devices]]", f"# {entry.told}"] if entry.told else ["[[buses.devices]]"]
    if not entry.serial:
        text.append("# Nomor seri seperti di registri / the serial as in the registry:")
    text += [f"serial = {json.dumps(entry.serial)}", f"unit = {entry.unit}"]
    if entry.controller:
        return [*text, f"controller = {json.dumps(entry.controller)}"]
    text += [
        "# Tidak dapat dibedakan sendiri; pilih satu / nothing tells these apart; choose:",
        *(f"#   {c.name}: {c.title}" for c in entry.choices),
        'controller = ""',
    ]
    return text
