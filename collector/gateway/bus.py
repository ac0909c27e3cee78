"""Modbus by pymodbus, over TCP, RTU frames over TCP, and serial lines.

With RTU framing an answer carries no number: a late one is taken for the answer to the next
request, and pymodbus hands it on as such. So nothing is asked while bytes wait on the line, the
answer must have the right unit, function and length, and after a failure the poller resets.
"""

import logging
import select
import socket
import time
from collections.abc import Callable
from typing import Protocol, cast

from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusException
from pymodbus.pdu import ModbusPDU

from collector.controllers.controller_map import BIT_FUNCTIONS, Block, Link
from collector.gateway.bus_config import BusConfig
from collector.gateway.port import BadReplyError, BusDownError, NoReplyError, RefusedError

SHORTEST_FRAME = 4
"""Bytes of the shortest RTU frame. Fewer are noise of the line drivers turning around."""
SETTLE_S = 1.0
"""Wait between closing and reopening: longer than a controller takes to answer [K]."""
QUIET_S = 0.3
"""After reopening, the line must be silent for this long [K]."""
DRAIN_LIMIT_S = 5.0
_EXCEPTION_BIT = 0x80

# pymodbus tells of every timeout in its own words; the poller says the same once.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)

Client = ModbusTcpClient | ModbusSerialClient


class _Serial(Protocol):
    def read(self, size: int) -> bytes: ...

    in_waiting: int


class PymodbusBus:
    """One line. ``sleep`` is used for gaps and settling, so that a stop can cut it short."""

    def __init__(
        self,
        config: BusConfig,
        link: Link,
        *,
        sleep: Callable[[float], object] = time.sleep,
        settle_s: float = SETTLE_S,
        quiet_s: float = QUIET_S,
    ) -> None:
        self._client = _client(config, link)
        self._name = config.name
        self._gap_s = link.gap_s if config.gap_s is None else config.gap_s
        self._sleep = sleep
        self._settle_s = settle_s
        self._quiet_s = quiet_s

    def read(self, unit: int, block: Block) -> list[int]:
        """See ``Bus.read``."""
        self._connect()
        if self._gap_s:
            self._sleep(self._gap_s)
        if (stray := self._drain(0.0)) >= SHORTEST_FRAME:
            raise BadReplyError(f"{stray} bytes came unasked before the request to unit {unit}")
        return _words(self._ask(unit, block), unit, block)

    def reset(self) -> None:
        """See ``Bus.reset``."""
        self._client.close()
        self._sleep(self._settle_s)
        self._connect()
        self._drain(self._quiet_s)

    def close(self) -> None:
        """Close the line."""
        self._client.close()

    def _connect(self) -> None:
        if not self._client.connect():
            raise BusDownError(f"bus {self._name}: no connection")

    def _ask(self, unit: int, block: Block) -> ModbusPDU:
        read = {
            1: self._client.read_coils,
            2: self._client.read_discrete_inputs,
            3: self._client.read_holding_registers,
            4: self._client.read_input_registers,
        }[block.function]
        try:
            return read(block.address, count=block.count, device_id=unit)
        except ConnectionException as error:
            self._client.close()
            raise BusDownError(f"bus {self._name}: {error}") from error
        except ModbusException as error:
            # pymodbus raises one kind for silence and for an answer it cannot read.
            raise NoReplyError(f"unit {unit} gives no answer to block {block.name}") from error
        except (OSError, ValueError, IndexError, ArithmeticError) as error:
            raise BadReplyError(f"unit {unit}, block {block.name}: {error}") from error

    def _drain(self, quiet_s: float) -> int:
        """Throw away what arrives until the line is silent for ``quiet_s``; the bytes thrown."""
        thrown, limit = 0, time.monotonic() + DRAIN_LIMIT_S
        while time.monotonic() < limit:
            chunk = self._waiting(quiet_s)
            if chunk is None:
                break
            thrown += len(chunk)
        return thrown

    def _waiting(self, wait_s: float) -> bytes | None:
        """Bytes that are there or come within the time; None for none."""
        line = self._client.socket
        if line is None or not select.select([line], [], [], wait_s)[0]:
            return None
        if isinstance(self._client, ModbusSerialClient):
            serial = cast("_Serial", line)
            return serial.read(serial.in_waiting) or None
        try:
            chunk = cast("socket.socket", line).recv(4096)
        except OSError:
            chunk = b""
        if not chunk:
            self._client.close()
            raise BusDownError(f"bus {self._name}: the other side has hung up")
        return chunk


def _words(reply: ModbusPDU, unit: int, block: Block) -> list[int]:
    """The words of a reply that is the answer to just this request."""
    if reply.isError():
        if reply.function_code & ~_EXCEPTION_BIT != block.function:
            raise BadReplyError(f"unit {unit} refuses function {reply.function_code}, not asked")
        raise RefusedError(unit, block.name, int(getattr(reply, "exception_code", 0)))
    if reply.function_code != block.function or reply.dev_id != unit:
        raise BadReplyError(
            f"asked unit {unit} function {block.function}, "
            f"got unit {reply.dev_id} function {reply.function_code}"
        )
    is_bits = block.function in BIT_FUNCTIONS
    words = [int(w) for w in (reply.bits if is_bits else reply.registers)]
    expected = -(-block.count // 8) * 8 if is_bits else block.count
    if len(words) != expected:
        raise BadReplyError(f"unit {unit}, block {block.name}: {len(words)} words, not {expected}")
    return words[: block.count]


def _client(config: BusConfig, link: Link) -> Client:
    if config.link == "serial":
        return ModbusSerialClient(
            config.device,
            framer=FramerType.RTU,
            baudrate=config.baud or link.baud,
            parity=config.parity or link.parity,
            stopbits=config.stop_bits or link.stop_bits,
            timeout=config.timeout_s,
            retries=0,
        )
    return ModbusTcpClient(
        config.host,
        port=config.port,
        framer=FramerType.RTU if config.link == "rtu-tcp" else FramerType.SOCKET,
        timeout=config.timeout_s,
        retries=0,
    )
