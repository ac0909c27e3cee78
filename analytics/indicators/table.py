"""Daily indicators: one value per system, local day and indicator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.columns import LazyColumns
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
        first, end = max(0, day + 1 - length), day + 1
        if first == 0 and end == len(self.days):
            return self
        values = self.values
        return replace(
            self,
            days=self.days[first:end],
            values=LazyColumns(values, lambda name: values[name][:, first:end]),
        )

    def among(self, rows: NDArray[np.intp]) -> "IndicatorTable":
        """The table of some systems alone, by row."""
        values = self.values
        return replace(
            self,
            systems=tuple(self.systems[row] for row in rows.tolist()),
            values=LazyColumns(values, lambda name: values[name][rows]),
            village_code=self.village_code[rows],
            gateway_code=self.gateway_code[rows],
        )

    @staticmethod
    def joined(tables: "Sequence[IndicatorTable]") -> "IndicatorTable":
        """Several villages' tables of the same days as one, their codes kept apart.

        Raises ValueError where the days differ.
        """
        if len(tables) == 1:
            return tables[0]
        if any(table.days != tables[0].days for table in tables):
            raise ValueError("tables of different days cannot be joined")
        return IndicatorTable(
            tuple(system for table in tables for system in table.systems),
            tables[0].days,
            LazyColumns(
                tables[0].values,
                lambda name: np.concatenate([table.values[name] for table in tables]),
            ),
            _apart([table.village_code for table in tables]),
            _apart([table.gateway_code for table in tables]),
        )


def _apart(codes: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Codes of several tables, none of them shared; -1 stays."""
    found, used = [], 0
    for part in codes:
        found.append(np.where(part >= 0, part + used, -1))
        used += int(part.max(initial=-1)) + 1
    return np.concatenate(found).astype(np.int32)
