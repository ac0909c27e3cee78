"""Rows that were sent while the electronics browned out or were read wrongly."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.block import Block

GLITCH_BELOW_V = 1.0
"""No controller runs on less: rows under 1 V are known glitches of field records [Aitio & Howey,
Joule 5(12) 2021, data description]."""


def glitches(block: Block) -> NDArray[np.bool_]:
    """Cells with a battery voltage below 1 V, shape (systems, steps): nothing in them is usable."""
    return block["battery_voltage_v"] < GLITCH_BELOW_V
