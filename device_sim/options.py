"""What one run of the simulator is asked to do."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collector.domain.clock import DAY_S
from device_sim.grid import STEP_S


class OptionError(ValueError):
    """The wishes contradict each other; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Options:
    """Moments are UTC seconds on the quarter-hour grid; ``interval_s`` None ends with the history.

    ``publish_from_s`` leaves out what an earlier run has sent. ``modbus_port`` None serves no bus.
    """

    registry: Path
    broker_host: str
    broker_port: int
    start_s: int
    end_s: int
    publish_from_s: int
    seed: int
    interval_s: float | None
    mqtt_protocol: int = 5
    modbus_port: int | None = None
    modbus_gateway: str = ""
    answers: Path | None = None


def broker_of(text: str) -> tuple[str, int]:
    """Host and port of HOST:PORT (port 1883 when it is left out). Raises OptionError."""
    host, _, port = text.rpartition(":") if ":" in text else (text, "", "1883")
    if not host or not port.isdigit():
        raise OptionError(f"--broker wants HOST:PORT, such as 127.0.0.1:1883, not {text!r}")
    return host, int(port)


def span_of(
    days: float, start: str, end: str, publish_from: str, now_s: float
) -> tuple[int, int, int]:
    """Start, end and first moment to publish, on the grid.

    The end is now unless it is given; the start lies ``days`` earlier unless it is given.
    Raises OptionError when there is nothing in between or a moment cannot be read.
    """
    end_s = _floor(_moment("--end", end) if end else now_s)
    start_s = _floor(_moment("--start", start) if start else end_s - days * DAY_S)
    first_s = -_floor(-_moment("--publish-from", publish_from)) if publish_from else start_s
    if start_s > end_s:
        raise OptionError("--start lies after --end: give an earlier start or more --days")
    if end_s > now_s:
        raise OptionError("--end lies ahead: devices cannot have measured it yet")
    return start_s, end_s, max(start_s, first_s)


def _floor(time_s: float) -> int:
    return int(time_s // STEP_S) * STEP_S


def _moment(option: str, text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise OptionError(
            f"{option} wants a moment such as 2026-11-22T00:00:00Z, not {text!r}"
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
