"""The lines a scan looks at: each place opened as every family that may be there wants it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from collector.controllers.controller_map import ControllerMap
from collector.controllers.load import load_map, map_names
from collector.gateway.bus import PymodbusBus
from collector.gateway.bus_config import BusConfig
from collector.gateway.port import Bus
from collector.gateway.scan import speeds
from collector.gateway.vedirect import VeDirectBus

QUIET_S = 0.1
"""A scan's pause after silence: what comes later than that is found out by asking again [K]."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look, as given on the command line: serial devices, and HOST:PORT of networks."""

    serial: Sequence[str] = ()
    rtu_tcp: Sequence[str] = ()
    tcp: Sequence[str] = ()
    vedirect: Sequence[str] = ()
    baud: int = 0
    timeout_s: float = 0.3


@dataclass(frozen=True, slots=True)
class Line:
    """A place as the gateway's file has it, and the families to look for there."""

    config: BusConfig
    maps: tuple[ControllerMap, ...]

    @property
    def title(self) -> str:
        """For a person: where, and how fast."""
        config = self.config
        where = config.device or f"{config.host}:{config.port}"
        baud = f" {config.baud} 8{config.parity}{config.stop_bits}" if config.baud else ""
        return f"{config.link} {where}{baud}"

    def open(self) -> Bus:
        """The line, ready to be asked."""
        if self.config.link == "vedirect":
            return VeDirectBus(self.config, self.maps[0])
        link = self.maps[0].link
        return PymodbusBus(self.config, link, settle_s=0.0, quiet_s=QUIET_S)


def lines(places: Places) -> Iterator[Line]:
    """Every line, serial ones once for each speed. Raises ValueError for a place it cannot read."""
    maps = [load_map(name) for name in map_names()]
    for number, device in enumerate(places.serial, 1):
        yield from _serial(f"rs485-{number}", device, places, maps)
    for number, text in enumerate(places.rtu_tcp, 1):
        yield _network(f"rtu-tcp-{number}", "rtu-tcp", text, places, maps)
    for number, text in enumerate(places.tcp, 1):
        yield _network(f"tcp-{number}", "tcp", text, places, maps)
    for number, device in enumerate(places.vedirect, 1):
        config = BusConfig(f"vedirect-{number}", (), "vedirect", device=device)
        yield Line(config, tuple(m for m in maps if m.sends_text))


def _network(
    name: str,
    link: Literal["tcp", "rtu-tcp"],
    text: str,
    places: Places,
    maps: Sequence[ControllerMap],
) -> Line:
    host, port = _address(text)
    config = BusConfig(name, (), link, host, port, timeout_s=places.timeout_s)
    return Line(config, tuple(m for m in maps if link in m.link.kinds))


def _serial(
    name: str, device: str, places: Places, maps: Sequence[ControllerMap]
) -> Iterator[Line]:
    for baud, parity, stop_bits, group in speeds(maps):
        said = {
            "name": f"{name}-{places.baud or baud}",
            "devices": (),
            "link": "serial",
            "device": device,
            "baud": places.baud or baud,
            "parity": parity,
            "stop_bits": stop_bits,
            "timeout_s": places.timeout_s,
        }
        yield Line(msgspec.convert(said, BusConfig), tuple(group))


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isdigit()):
        raise ValueError(f"{text!r} is no HOST:PORT, such as 192.168.1.10:502")
    return host, int(port)
