"""Charge controllers on a bus: a Modbus server whose registers are computed when they are read."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Literal

from pymodbus import FramerType
from pymodbus.constants import ExcCodes
from pymodbus.exceptions import NoSuchIdException
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
from pymodbus.simulator.simcore import SimCore

from collector.controllers.controller_map import BIT_FUNCTIONS, ControllerMap
from device_sim.links.registers import State, words_of

Framing = Literal["tcp", "rtu"]
Sample = Callable[[int], State]
"""The state of the controller at a unit address, by field or register name; empty: it is dead."""

_START_LIMIT_S = 10.0


class _Registers(SimCore):
    """What the server asks for words; units that are unknown or dead do not answer at all."""

    def __init__(self, controllers: Mapping[int, ControllerMap], sample: Sample) -> None:
        self._controllers = controllers
        self._sample = sample

    def device_ids(self) -> list[int]:
        return sorted(self._controllers)

    async def async_getValues(  # noqa: N802 - the name is pymodbus's
        self, device_id: int, func_code: int, address: int, count: int = 1
    ) -> list[int] | list[bool] | ExcCodes:
        state = self._sample(device_id) if device_id in self._controllers else {}
        if not state:
            raise NoSuchIdException(f"unit {device_id} does not answer")
        controller = self._controllers[device_id]
        words = words_of(controller, state)
        asked = [(func_code, address + i) for i in range(count)]
        if count > controller.link.max_words or any(a not in words for a in asked):
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
    """Controllers by unit address on one line: a TCP port, or a serial device.

    ``sample(unit)`` is called for every request, in the server's own thread. ``framing`` "rtu"
    speaks RTU frames over TCP, as a serial-to-network adapter does.
    """

    def __init__(
        self,
        controllers: Mapping[int, ControllerMap],
        sample: Sample,
        *,
        framing: Framing = "tcp",
    ) -> None:
        self._controllers = dict(controllers)
        self._registers = _Registers(self._controllers, sample)
        self._framer = FramerType.RTU if framing == "rtu" else FramerType.SOCKET
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: ModbusTcpServer | ModbusSerialServer | None = None
        self._thread: threading.Thread | None = None

    def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Serve from a thread of its own; returns the port (0 lets the system choose one).

        Raises OSError when the address cannot be listened on.
        """
        return self._run(self._listen(host, port), f"listen on {host}:{port}")

    def start_serial(self, device: Path) -> None:
        """Serve RTU on a serial device, such as one end of a pty pair, as the maps' link says.

        Raises OSError when it cannot be opened.
        """
        self._run(self._open(device), f"open {device}")

    def stop(self) -> None:
        """Close every connection and end the thread; harmless when it is not started."""
        if not self._loop or not self._thread:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(_START_LIMIT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = self._server = None

    def _run(self, starting: Coroutine[None, None, int], what: str) -> int:
        if self._thread:
            starting.close()
            raise RuntimeError("this bus is started already")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="modbus", daemon=True)
        self._thread.start()
        try:
            return asyncio.run_coroutine_threadsafe(starting, self._loop).result(_START_LIMIT_S)
        except RuntimeError as error:
            self.stop()
            raise OSError(f"cannot {what} for Modbus: {error}") from error

    async def _listen(self, host: str, port: int) -> int:
        server = ModbusTcpServer(
            _nothing(), framer=self._framer, address=(host, port), ignore_missing_devices=True
        )
        await self._serve(server)
        transport = server.transport
        if not isinstance(transport, asyncio.Server):
            raise RuntimeError("pymodbus opened no listening socket")  # noqa: TRY004
        return int(transport.sockets[0].getsockname()[1])

    async def _open(self, device: Path) -> int:
        link = next(iter(self._controllers.values())).link
        server = ModbusSerialServer(
            _nothing(),
            port=str(device),
            baudrate=link.baud,
            parity=link.parity,
            stopbits=link.stop_bits,
            ignore_missing_devices=True,
        )
        await self._serve(server)
        return 0

    async def _serve(self, server: ModbusTcpServer | ModbusSerialServer) -> None:
        server.context = self._registers
        await server.serve_forever(background=True)
        self._server = server

    async def _close(self) -> None:
        if self._server:
            await self._server.shutdown()


def _nothing() -> SimDevice:
    """The device that the server insists on having; ours replace it before the first request."""
    return SimDevice(id=0, simdata=[SimData(0, values=[0], datatype=DataType.REGISTERS)])
