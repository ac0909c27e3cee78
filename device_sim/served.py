"""The controllers of one gateway, served to whoever reads them: by Modbus or as VE.Direct text."""

from collections.abc import Mapping
from functools import partial

import numpy as np

from collector.controllers.controller_map import ControllerMap
from collector.controllers.load import MapError, load_map
from collector.domain.clock import Clock
from collector.domain.fields import FIELD_NAMES
from device_sim.fleet import Fleet
from device_sim.links.modbus import ModbusBus
from device_sim.links.registers import State
from device_sim.links.vedirect import VeDirectLine
from device_sim.options import OptionError, Serving
from device_sim.timeline import Timeline

_HOST = "127.0.0.1"


class Served:
    """The links of a gateway's controllers, not yet started."""

    def __init__(self, serving: Serving, timeline: Timeline, clock: Clock) -> None:
        """Raises OptionError for a gateway or a controller that it cannot serve."""
        self._serving = serving
        self._timeline = timeline
        self._clock = clock
        self._rows = _rows_by_unit(timeline.fleet, serving.gateway)
        if not self._rows:
            raise OptionError(
                f"--modbus-gateway {serving.gateway}: the registry gives its devices no units"
            )
        self.bus = ModbusBus(self._controllers(), self.state)
        self.text = VeDirectLine(load_map("victron_vedirect"), partial(self.state, min(self._rows)))

    def start(self) -> None:
        """Serve. Raises OSError when a port, device or name is not to be had."""
        if self._serving.port is not None:
            self.bus.start(_HOST, self._serving.port)
        elif self._serving.serial:
            self.bus.start_serial(self._serving.serial)
        if self._serving.vedirect:
            self.text.start(self._serving.vedirect)

    def stop(self) -> None:
        """Serve no more; harmless when it never did."""
        self.bus.stop()
        self.text.stop()

    def state(self, unit: int) -> State:
        """How the controller at a unit address is now; empty while its device is silent."""
        values, heard = self._timeline.at(self._clock())
        row = self._rows[unit]
        if not heard[row]:
            return {}
        return {
            name: float(value)
            for name, value in zip(FIELD_NAMES, values[row], strict=True)
            if np.isfinite(value)
        }

    def _controllers(self) -> Mapping[int, ControllerMap]:
        names = {
            unit: self._serving.controller or self._timeline.fleet.assignments[row].controller
            for unit, row in self._rows.items()
        }
        try:
            maps = {unit: load_map(name) for unit, name in names.items()}
        except MapError as error:
            raise OptionError(str(error)) from error
        if text := [m.name for m in maps.values() if m.sends_text]:
            raise OptionError(f"{text[0]} speaks no Modbus: serve one by --vedirect PATH")
        return maps


def _rows_by_unit(fleet: Fleet, gateway: str) -> dict[int, int]:
    return {
        a.unit: row
        for row, a in enumerate(fleet.assignments)
        if a.gateway == gateway and a.unit is not None
    }
