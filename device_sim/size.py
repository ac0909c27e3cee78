"""How much a simulated fleet asks of a machine, said before it is begun."""

from dataclasses import dataclass

from device_sim.grid import STEPS_A_DAY
from device_sim.options import OptionError

MANY_SYSTEMS = 1_000_000
"""From so many systems on a run has to be meant."""
_BYTES_A_ROW = 28.0
_BYTES_A_SYSTEM = 8200.0
_SECONDS_A_SYSTEM = 4e-4
_SECONDS_A_SYSTEM_DAY = 5e-5
"""Measured on two cores with 20,000 and 60,000 systems (sim --scenario nation)."""
_GB = 1e9


@dataclass(frozen=True, slots=True)
class Size:
    """A fleet over some days."""

    systems: int
    days: float

    @property
    def rows(self) -> int:
        """Readings, if none is missing."""
        return int(self.systems * self.days * STEPS_A_DAY)

    @property
    def disk_bytes(self) -> float:
        """What the recording takes."""
        return self.rows * _BYTES_A_ROW

    @property
    def words(self) -> str:
        """What it takes, for a person."""
        seconds = self.systems * (_SECONDS_A_SYSTEM + self.days * _SECONDS_A_SYSTEM_DAY)
        return (
            f"{self.systems:,} systems for {self.days:g} days are {self.rows / 1e6:,.0f} million"
            f" rows: about {_gb(self.disk_bytes)} on disk,"
            f" {_gb(self.systems * _BYTES_A_SYSTEM)} of memory, {seconds / 60:,.0f} minutes"
        )


def refuse_too_much(size: Size, free_bytes: float | None, *, meant: bool) -> None:
    """Raise OptionError for a run of a million systems that nobody meant, or a disk too small.

    ``free_bytes`` is what the disk of a recording has left, None without a recording.
    """
    if size.systems >= MANY_SYSTEMS and not meant:
        raise OptionError(f"{size.words}. Take a part with --systems N, or go on with --yes")
    if free_bytes is not None and size.disk_bytes > free_bytes:
        raise OptionError(
            f"{size.words}, and {_gb(free_bytes)} are free there. Name another place with"
            " --record, or take fewer --systems or --days"
        )


def _gb(size_bytes: float) -> str:
    return f"{size_bytes / _GB:,.1f} GB"
