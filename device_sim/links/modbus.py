"""Charge controllers on a bus: a Modbus server whose registers are computed when they are read."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from pymodbus import FramerType
from pymodbus.constants import ExcCodes
from pymodbus.exceptions import NoSuchIdException
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
from pymodbus.simulator.simcore import SimCore

from collector.controllers.controller_map import BIT_FUNCTIONS, ControllerMap
from collector.controllers.encode import encode
from collector.controllers.texts import split

Framing = Literal["tcp", "rtu"]
Sample = Callable[[int], Mapping[str, float]]
"""The state of the controller at a unit address, by field or register name; empty: it is dead."""

_START_LIMIT_S = 10.0


class _Registers(SimCore):
    """What the server asks for words; units that are unknown or dead do not answer at all."""

    def __init__(self, controller: ControllerMap, units: Sequence[int], sample: Sample) -> None:
        self._controller = controller
        self._nameplate, self._texts = split(controller.nameplate)
        self._units = frozenset(units)
        self._sample = sample

    def device_ids(self) -> list[int]:
        return sorted(self._units)

    async def async_getValues(  # noqa: N802 - the name is pymodbus's
        self, device_id: int, func_code: int, address: int, count: int = 1
    ) -> list[int] | list[bool] | ExcCodes:
        state = self._sample(device_id) if device_id in self._units else {}
        if not state:
            raise NoSuchIdException(f"unit {device_id} does not answer")
        words = encode(self._controller, {**self._nameplate, **state}, self._texts)
        asked = [(func_code, address + i) for i in range(count)]
        if count > self._controller.link.max_words or any(a not in words for a in asked):
            return ExcCodes.ILLEGAL_ADDRESS
        raw = [words[a] for a in asked]
        return [bool(w) for w in raw] if func_code in BIT_FUNCTIONS else raw

    async def async_setValues(  # noqa: N802 - nothing is ever written
        self,
        device_id: int,  # noqa: ARG002
        func_code: int,  # noqa: ARG002
        address: int,  # noqa: ARG002
        values: list[int] | list[bool],  # noqa: ARG002
    ) -> ExcCodes | None:
        return ExcCodes.ILLEGAL_FUNCTION


class ModbusBus:
    """Controllers of one kind behind one Modbus TCP port.

    ``sample(unit)`` is called for every request, in the server's own thread. ``framing`` "rtu"
    speaks RTU frames over TCP, as a serial-to-network adapter does.
    """

    def __init__(
        self,
        controller: ControllerMap,
        units: Sequence[int],
        sample: Sample,
        *,
        framing: Framing = "tcp",
    ) -> None:
        self._registers = _Registers(controller, units, sample)
        self._framer = FramerType.RTU if framing == "rtu" else FramerType.SOCKET
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: ModbusTcpServer | None = None
        self._thread: threading.Thread | None = None

    def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Serve from a thread of its own; returns the port (0 lets the system choose one).

        Raises OSError when the address cannot be listened on.
        """
        if self._thread:
            raise RuntimeError("this bus is started already")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="modbus", daemon=True)
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(self._listen(host, port), self._loop)
        try:
            return started.result(_START_LIMIT_S)
        except RuntimeError as error:
            self.stop()
            raise OSError(f"cannot listen on {host}:{port} for Modbus: {error}") from error

    def stop(self) -> None:
        """Close every connection and end the thread; harmless when it is not started."""
        if not self._loop or not self._thread:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(_START_LIMIT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = self._server = None

    async def _listen(self, host: str, port: int) -> int:
        # The server insists on a device of its own; ours replaces it before the first request.
        nothing = SimDevice(id=0, simdata=[SimData(0, values=[0], datatype=DataType.REGISTERS)])
        server = ModbusTcpServer(
            nothing, framer=self._framer, address=(host, port), ignore_missing_devices=True
        )
        server.context = self._registers
        await server.serve_forever(background=True)
        self._server = server
        transport = server.transport
        if not isinstance(transport, asyncio.Server):
            raise RuntimeError("pymodbus opened no listening socket")  # noqa: TRY004
        return int(transport.sockets[0].getsockname()[1])

    async def _close(self) -> None:
        if self._server:
            await self._server.shutdown()
