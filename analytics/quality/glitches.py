"""Rows that were sent while the electronics browned out or were read wrongly."""

import numpy as np

from analytics.quality.mask import Mask, QualityMask
from collector.domain.block import Block

GLITCH_BELOW_V = 1.0
"""No controller runs on less: rows under 1 V are known glitches of field records [Aitio & Howey,
Joule 5(12) 2021, data description]."""


def glitches(block: Block) -> Mask:
    """Cells with a battery voltage below 1 V, shape (systems, steps): nothing in them is usable."""
    return block["battery_voltage_v"] < GLITCH_BELOW_V


def _everywhere(block: Block) -> dict[str, Mask]:
    broken = glitches(block)
    return dict.fromkeys(block.values, broken) if np.any(broken) else {}


MASK = QualityMask("glitch", _everywhere)
