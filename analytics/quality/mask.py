"""What a mask is: a name, and a pure function of a block."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.domain.block import Block

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class QualityMask:
    """``find(block)`` gives by field where present values must not be used, shape (systems, steps).

    Fields in which nothing is wrong are left out, which is nearly always all of them.
    """

    name: str
    find: Callable[[Block], Mapping[str, Mask]]
