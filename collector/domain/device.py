"""Who is out there: villages, systems, the devices that measure them, and gateways."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a system is installed at."""

    HOME = "home"
    STREET_LIGHT = "street_light"
    FACILITY = "facility"


class Chemistry(StrEnum):
    """The two kinds of battery in the field."""

    LEAD_ACID = "lead_acid"
    LFP = "lfp"


@dataclass(frozen=True, slots=True)
class Village:
    """A place with its local day; coordinates are good for the sun's path only."""

    name: str
    district: str
    province: str
    timezone: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class System:
    """A household's installation, a lamp post or a facility, named by its house code."""

    code: str
    kind: Kind
    village: str
    hamlet: str
    panel_w: float
    battery_ah: float
    battery_chemistry: Chemistry
    nominal_v: float
    installed_on: date


@dataclass(frozen=True, slots=True)
class Assignment:
    """A device measured a system from one moment to another (``until_s`` None: still does).

    ``gateway`` is the publisher that reads the device, empty when it reports by itself;
    ``controller`` names a map in ``collector.controllers``; ``unit`` is its address on the bus.
    """

    serial: str
    system: str
    from_s: int
    until_s: int | None = None
    gateway: str = ""
    controller: str = ""
    unit: int | None = None
