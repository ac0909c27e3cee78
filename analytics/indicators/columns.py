"""Columns of a table that are made when they are first asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class LazyColumns(Mapping[str, Floats]):
    """Named columns; each is made once, at its first use.

    A night's detectors read some of the indicators, never all: joining villages or cutting a span
    costs only what is read.
    """

    def __init__(self, names: Iterable[str], make: Callable[[str], Floats]) -> None:
        self._made: dict[str, Floats | None] = dict.fromkeys(names)
        self._make = make

    def __getitem__(self, name: str) -> Floats:
        found = self._made[name]
        if found is None:
            found = self._made[name] = self._make(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)
