"""Reads the devices of one bus, one after the other; no failure of one is the end of the others."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from collector.controllers.controller_map import Address
from collector.controllers.decode import absurd, decode
from collector.controllers.identify import contradictions, identity_blocks
from collector.domain.clock import Clock
from collector.domain.fields import FIELD_INDEX
from collector.gateway.device import PATIENCE, Device
from collector.gateway.port import (
    ILLEGAL_DATA_ADDRESS,
    AnotherDeviceError,
    BadReplyError,
    Bus,
    BusDownError,
    BusError,
    RefusedError,
)
from collector.gateway.reading import Measured

LONGEST_READING_S = 15.0
"""A reading whose words took longer than this is no reading of one moment [K]."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Cycle:
    """What became of each serial in one round over the bus."""

    read: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


class Poller:
    """One bus and its devices. ``deliver`` keeps a reading; should it raise, polling goes on."""

    def __init__(
        self,
        bus: Bus,
        devices: Sequence[Device],
        deliver: Callable[[Measured], object],
        clock: Clock,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._bus = bus
        self._devices = list(devices)
        self._deliver = deliver
        self._clock = clock
        self._monotonic = monotonic
        self._stopping = stopping

    def run(self, interval_s: int, wait: Callable[[float], object]) -> None:
        """Cycle at every multiple of the interval, and once at the start, until stopping."""
        while not self._stopping():
            self.cycle()
            next_s = (self._clock() // interval_s + 1) * interval_s
            # A sleep may end a moment early; a clock set back must not make it a long one.
            while not self._stopping() and 0 < (left_s := next_s - self._clock()) <= interval_s:
                wait(left_s)

    def cycle(self) -> Cycle:
        """Read every device that is due. Those that failed come last and get one more try.

        When the line itself is away the cycle ends, and no device is held to have failed.
        """
        due = [device for device in self._devices if device.due()]
        done = Cycle(skipped=[d.serial for d in self._devices if d not in due])
        try:
            again = self._round(sorted(due, key=lambda d: d.failures), done)
            # A second try is for a reply lost to noise, not for a device known to be dead.
            hopeful = [d for d in again if d.failures < PATIENCE]
            given_up = [d for d in again if d not in hopeful] + self._round(hopeful, done)
        except BusDownError as error:
            log.warning("bus_down", reason=str(error))
            return done
        for device in given_up:
            device.failed()
            done.failed.append(device.serial)
        log.info("cycle", read=len(done.read), failed=done.failed, skipped=len(done.skipped))
        return done

    def _round(self, devices: Sequence[Device], done: Cycle) -> list[Device]:
        """Read these once; the devices that failed."""
        failed = []
        for device in devices:
            if self._stopping():
                break
            if self._one(device):
                done.read.append(device.serial)
            else:
                failed.append(device)
        return failed

    def _one(self, device: Device) -> bool:
        """Whether the device gave a whole reading and it was handed on."""
        try:
            time_s, words = self._reading(device)
        except BusDownError:
            # A network adapter that hung up for idleness is there again when asked anew.
            device.out_of_step = True
            self._bus.reset()
            return False
        except AnotherDeviceError as error:
            # Its words would be read under the names of another model.
            log.exception("another_device", serial=device.serial, reason=str(error))
            return False
        except RefusedError as error:
            log.warning("device_refused", serial=device.serial, reason=str(error))
            # While an older answer may be under way, this may be it.
            return self._get_in_step(device) if device.out_of_step else False
        except BusError as error:
            log.warning("device_unread", serial=device.serial, reason=str(error))
            return self._get_in_step(device)
        except Exception:
            log.exception("device_unread", serial=device.serial)
            return self._get_in_step(device)
        device.succeeded()
        return self._hand_on(device, time_s, words)

    def _reading(self, device: Device) -> tuple[int, dict[Address, int]]:
        """The time it was asked and all its words; an error rather than a part of them."""
        time_s, started = int(self._clock()), self._monotonic()
        words = self._words(device)
        if self._monotonic() - started > LONGEST_READING_S:
            raise BadReplyError(f"{device.serial} took too long for a reading of one moment")
        return time_s, words

    def _words(self, device: Device) -> dict[Address, int]:
        """All words of one reading, fenced off from older answers where there may be any."""
        if device.out_of_step and (fence := device.controller.fence):
            # A device answers in order: once the fence is answered nothing older can come.
            self._bus.read(device.unit, fence)
            device.out_of_step = False
        if not device.known:
            self._identify(device)
        words: dict[Address, int] = {}
        for block in device.blocks:
            try:
                answer = self._bus.read(device.unit, block)
            except RefusedError as error:
                if not (block.optional and error.code == ILLEGAL_DATA_ADDRESS):
                    raise
                device.missing.add(block.name)
                log.info("block_missing", serial=device.serial, block=block.name)
                continue
            words |= zip(block.addresses, answer, strict=True)
        return words

    def _identify(self, device: Device) -> None:
        """See that the device is of its map's family. Raises AnotherDeviceError."""
        words: dict[Address, int] = {}
        for block in identity_blocks(device.controller):
            # What it does not have speaks neither for nor against it.
            with suppress(RefusedError):
                words |= zip(block.addresses, self._bus.read(device.unit, block), strict=True)
        if wrong := contradictions(device.controller, words):
            raise AnotherDeviceError(f"no {device.controller.name}: {', '.join(wrong)}")
        device.known = True

    def _get_in_step(self, device: Device) -> bool:
        """After silence or nonsense: clear the line and fence off the device's next reading."""
        device.out_of_step = True
        self._bus.reset()
        return False

    def _hand_on(self, device: Device, time_s: int, words: dict[Address, int]) -> bool:
        if strange := absurd(device.controller, words):
            log.warning("absurd_values", serial=device.serial, registers=strange)
        values = decode(device.controller, words)
        fields = {k: v for k, v in values.items() if k in FIELD_INDEX}
        try:
            self._deliver(Measured(device.serial, time_s, device.controller.data_format, fields))
        except Exception:
            log.exception("reading_not_kept", serial=device.serial)
            return False
        return True
