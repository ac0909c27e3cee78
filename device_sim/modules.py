"""Which module stands on which roof: how many cells in series, and how many bypass diodes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Kind
from device_sim.arrays import Array
from device_sim.draw import Draw

CELLS_12_V = 36
_LARGE_CELLS = (60, 72)
_LARGE_DIODES = 3
_SMALL_DIODES = 2
_WITHOUT_DIODES = 0.3
"""Share of small modules sold without any diode [K]."""


@dataclass(frozen=True, slots=True)
class Modules:
    """Cells in series for each 12 V of the battery, and a module's bypass diodes; (systems,)."""

    cells: Array
    diodes: NDArray[np.int8]


def modules_of(kinds: Sequence[Kind], draw: Draw) -> Modules:
    """Homes and lamps have 12 V modules, facilities those of grid-tied roofs: 60 or 72 cells."""
    large = np.array([kind is Kind.FACILITY for kind in kinds])
    cells = np.where(draw.between("cells", 0.0, 1.0) < 0.5, *_LARGE_CELLS)
    bare = draw.between("diodes", 0.0, 1.0) < _WITHOUT_DIODES
    small = np.where(bare, 0, _SMALL_DIODES)
    return Modules(
        cells=np.where(large, cells, CELLS_12_V).astype(np.float32),
        diodes=np.where(large, _LARGE_DIODES, small).astype(np.int8),
    )
