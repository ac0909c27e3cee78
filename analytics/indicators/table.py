"""Daily indicators: one value per system, local day and indicator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import System


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """``values[name]`` is float32 of shape (len(systems), len(days)); NaN = not measurable.

    A day is the village's local day. Static facts of the systems stand beside it as vectors.
    """

    systems: tuple[System, ...]
    days: tuple[date, ...]
    values: Mapping[str, NDArray[np.float32]]
    village_code: NDArray[np.int32]
    gateway_code: NDArray[np.int32]
    """Gateway that reads each system now, -1 for systems that report by themselves."""

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        return self.values[name]

    def window(self, name: str, day: int, length: int) -> NDArray[np.float32]:
        """The last ``length`` days up to and including column ``day`` (fewer at the start)."""
        return self.values[name][:, max(0, day + 1 - length) : day + 1]

    def until(self, day: int, length: int) -> "IndicatorTable":
        """The table as it was at the end of column ``day``, at most ``length`` days of it."""
        columns = slice(max(0, day + 1 - length), day + 1)
        return IndicatorTable(
            self.systems,
            self.days[columns],
            {name: values[:, columns] for name, values in self.values.items()},
            self.village_code,
            self.gateway_code,
        )
