"""What an indicator is: its name, unit, equation and where the equation comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Indicator:
    """One daily number of a system. ``assess --system`` prints these beside the values."""

    name: str
    unit: str
    equation: str
    source: str
