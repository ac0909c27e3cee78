"""A VE.Direct port as a bus: nothing is asked, the newest whole frame is the answer."""

import time
from collections.abc import Callable

import serial

from collector.controllers.controller_map import Block, ControllerMap
from collector.controllers.vedirect import FrameReader, words_of
from collector.controllers.word_types import NOT_SENT
from collector.gateway.bus_config import BusConfig
from collector.gateway.port import BusDownError, NoReplyError

PATIENCE_S = 4.0
"""A charger sends once a second; who begins to listen loses a frame, and noise another [K]."""
_LOOK_EVERY_S = 0.1


class VeDirectBus:
    """One charger on one serial device. The port is open only while it is listened to.

    So it costs nothing between readings, and an adapter may be pulled and plugged at any time.
    """

    def __init__(
        self,
        config: BusConfig,
        controller: ControllerMap,
        *,
        patience_s: float = PATIENCE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._controller = controller
        self._patience_s = max(patience_s, config.timeout_s)
        self._monotonic = monotonic

    def read(self, unit: int, block: Block) -> list[int]:  # noqa: ARG002
        """See ``Bus.read``: the fields of one frame; the unit says nothing here."""
        words = words_of(self._controller, self.frame())
        spelled = {a for text in self._controller.texts for a in text.addresses}
        return [words.get(a, 0 if a in spelled else NOT_SENT) for a in block.addresses]

    def frame(self) -> dict[str, str]:
        """The next whole frame, label -> value. Raises NoReplyError, BusDownError."""
        where = f"bus {self._config.name}"
        try:
            with serial.Serial(
                self._config.device,
                self._config.baud or self._controller.link.baud,
                timeout=_LOOK_EVERY_S,
                exclusive=True,
            ) as port:
                return self._listen(port)
        except (OSError, serial.SerialException) as error:
            raise BusDownError(f"{where}: {self._config.device}: {error}") from error

    def _listen(self, port: serial.Serial) -> dict[str, str]:
        # Opening the port has thrown away what waited on the line, which is of an unknown age.
        reader, heard = FrameReader(), 0
        limit_s = self._monotonic() + self._patience_s
        while self._monotonic() < limit_s:
            data = port.read(max(1, port.in_waiting))
            heard += len(data)
            for fields in reader.feed(data):
                return dict(fields)
        what = "no whole frame" if heard else "nothing; is the cable the charger's VE.Direct one?"
        raise NoReplyError(f"bus {self._config.name}: heard {what}")

    def reset(self) -> None:
        """See ``Bus.reset``: nothing is asked, so nothing can be out of step."""

    def close(self) -> None:
        """See ``Bus.close``: the port is closed after every reading."""
