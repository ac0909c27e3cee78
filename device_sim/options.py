"""What one run of the simulator is asked to do."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from collector.domain.clock import DAY_S
from device_sim.grid import STEP_S
from device_sim.scenario import Scenario, scenario_of

DEFAULT_DAYS = 60.0


class OptionError(ValueError):
    """The wishes contradict each other; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Whose controllers are served and where: a TCP port, a serial device, a terminal of text.

    ``controller`` makes them all of that kind whatever the registry says.
    """

    gateway: str = ""
    port: int | None = None
    serial: Path | None = None
    vedirect: Path | None = None
    controller: str = ""

    @property
    def wanted(self) -> bool:
        """Whether anything is served at all."""
        return self.port is not None or self.serial is not None or self.vedirect is not None


@dataclass(frozen=True, slots=True)
class Options:
    """Moments are UTC seconds on the quarter-hour grid; ``interval_s`` None ends with the history.

    ``publish_from_s`` leaves out what an earlier run has sent; ``serving`` says who is on a bus.
    ``scenario`` changes the fleet and its faults, ``systems`` takes so many at most, ``record``
    writes the history into a folder and sends nothing; ``meant`` lets a run be as large as it is.
    """

    registry: Path | None
    broker_host: str
    broker_port: int
    start_s: int
    end_s: int
    publish_from_s: int
    seed: int
    interval_s: float | None
    mqtt_protocol: int = 5
    serving: Serving = field(default_factory=Serving)
    answers: Path | None = None
    scenario: Scenario | None = None
    systems: int | None = None
    record: Path | None = None
    meant: bool = False


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


@dataclass(frozen=True, slots=True)
class Wish:
    """The span as it was asked for: days and moments (ISO 8601), what was not given is empty."""

    days: float | None = None
    start: str = ""
    end: str = ""
    publish_from: str = ""

    def span(
        self, now_s: float, scenario: Scenario | None, *, recorded: bool
    ) -> tuple[int, int, int]:
        """Start, end and first moment to publish.

        A scenario says how many days; what is recorded has its dates, too, what is sent ends now.
        Raises OptionError as ``span_of`` does.
        """
        days = self.days
        if days is None:
            days = scenario.days if scenario else DEFAULT_DAYS
        end = self.end
        if scenario and recorded and not (self.start or end):
            end = datetime.fromtimestamp(scenario.start_s + days * DAY_S, UTC).isoformat()
            now_s = float("inf")  # a recording may be of days to come
        return span_of(days, self.start, end, self.publish_from, now_s)


def chosen_scenario(name: str, registry: Path | None) -> Scenario | None:
    """The scenario of ``--scenario``, for the fleet of ``--registry`` if that is given.

    Raises ScenarioError, OSError, OptionError when neither is given.
    """
    if not name and registry is None:
        raise OptionError("give --registry FILE, or --scenario NAME for a fleet that comes along")
    if not name:
        return None
    scenario = scenario_of(name)
    return replace(scenario, registry=registry, systems=None) if registry else scenario


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
