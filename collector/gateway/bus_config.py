"""The part of the gateway's file about lines and the devices on them."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from collector.controllers.controller_map import ControllerMap
from collector.controllers.load import MapError, load_map

HIGHEST_UNIT = 247
"""Highest address of a device on a bus (Modbus over serial line V1.02, 2.2), besides 255."""


class DeviceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A controller: its serial as the registry has it, its bus address and its map."""

    serial: str
    unit: int = 1
    controller: str = "epever_tracer"


class BusConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line and its devices.

    ``tcp`` is Modbus TCP, ``rtu-tcp`` RTU frames through a network adapter, ``serial`` RTU on a
    serial device, ``vedirect`` the text of one charger on such a device. ``baud``, ``parity``,
    ``stop_bits`` and ``gap_s`` (pause before each request) are the controller map's unless given.
    """

    name: str
    devices: tuple[DeviceConfig, ...]
    link: Literal["tcp", "rtu-tcp", "serial", "vedirect"] = "tcp"
    host: str = ""
    port: int = 502
    device: str = ""
    baud: int = 0
    parity: Literal["", "N", "E", "O"] = ""
    stop_bits: Literal[0, 1, 2] = 0
    timeout_s: float = 1.0
    gap_s: float | None = None


def bus_problems(bus: BusConfig, interval_s: int) -> list[str]:
    """What contradicts itself in a line read at this interval, each as a sentence."""
    found = [] if bus.devices else [f"bus {bus.name}: no device to read"]
    if bus.link in {"serial", "vedirect"} and not bus.device:
        found.append(f'bus {bus.name}: a {bus.link} link needs device = "/dev/ttyUSB0"')
    if bus.link in {"tcp", "rtu-tcp"} and not bus.host:
        found.append(f'bus {bus.name}: a {bus.link} link needs host = "192.168.1.10"')
    if bus.link == "vedirect" and len(bus.devices) > 1:
        found.append(f"bus {bus.name}: a VE.Direct port is that of one charger")
    if bus.timeout_s <= 0:
        found.append(f"bus {bus.name}: timeout_s must be above 0, 1.0 is usual")
    units = [d.unit for d in bus.devices]
    found += [
        f"bus {bus.name}: unit {u} stands twice"
        for u in sorted({u for u in units if units.count(u) > 1})
    ]
    maps: list[ControllerMap] = []
    for device in bus.devices:
        if not (1 <= device.unit <= HIGHEST_UNIT or device.unit == 255):
            found.append(f"device {device.serial}: unit is 1 to {HIGHEST_UNIT}, or 255")
        try:
            maps.append(load_map(device.controller))
        except MapError as error:
            found.append(f"device {device.serial}: {error}")
    return [*found, *_fit(bus, maps, interval_s)]


def bus_twice(buses: Sequence[BusConfig]) -> list[str]:
    """Names and serial devices that two buses claim, each as a sentence."""
    names = [bus.name for bus in buses]
    devices = [bus.device for bus in buses if bus.device]
    return [
        *(f"bus {n} stands twice" for n in sorted({n for n in names if names.count(n) > 1})),
        *(
            f"{d} is given to two buses: a line has one speed and one reader"
            for d in sorted({d for d in devices if devices.count(d) > 1})
        ),
    ]


def _fit(bus: BusConfig, maps: list[ControllerMap], interval_s: int) -> list[str]:
    """Controllers that this line does not reach, or not all of them at one speed."""
    found = []
    for controller in maps:
        if bus.link not in controller.link.kinds:
            kinds = " or ".join(controller.link.kinds)
            found.append(f"bus {bus.name}: {controller.name} is reached by {kinds}, not {bus.link}")
        if interval_s < controller.link.min_interval_s:
            found.append(
                f"bus {bus.name}: {controller.name} is not to be asked more often than every "
                f"{controller.link.min_interval_s} s; interval_s is {interval_s}"
            )
    speeds = sorted({c.link.baud for c in maps})
    if bus.link == "serial" and len(speeds) > 1 and not bus.baud:
        found.append(
            f"bus {bus.name}: its controllers speak at {' and '.join(map(str, speeds))} baud; a "
            "line has one speed: set baud, or give each its own line"
        )
    return list(dict.fromkeys(found))
