"""All masks applied: what the indicators may look at."""

import numpy as np
from numpy.typing import NDArray

from analytics.quality.glitches import glitches
from analytics.quality.ranges import out_of_range
from analytics.quality.stuck import stuck_panel_current, stuck_voltage
from collector.domain.block import Block


def excluded(block: Block) -> dict[str, NDArray[np.bool_]]:
    """Mask of every field of the block: True where a present value must not be used."""
    broken = glitches(block)
    masks = {field: broken | out_of_range(block, field) for field in block.values}
    if "pv_current_a" in masks:
        masks["pv_current_a"] |= stuck_panel_current(block)
    masks["battery_voltage_v"] |= stuck_voltage(block)
    return masks


def clean(block: Block) -> Block:
    """The block with every excluded value missing. ``rows`` still counts what was reported."""
    values = {
        field: np.where(mask, np.float32(np.nan), block[field]) if mask.any() else block[field]
        for field, mask in excluded(block).items()
    }
    return Block(block.labels, block.start_s, block.step_s, values, block.rows)
