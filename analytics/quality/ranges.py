"""Values that cannot be real."""

import numpy as np

from analytics.quality.mask import Mask, QualityMask
from collector.domain.block import Block
from collector.domain.fields import FIELD_INDEX, FIELDS


def out_of_range(block: Block, field: str) -> Mask:
    """Samples outside the physical range of the field table, shape (systems, steps).

    The collector stores these as missing already; records that came by another way did not pass it.
    """
    limits = FIELDS[FIELD_INDEX[field]]
    values = block[field]
    return (values < limits.minimum) | (values > limits.maximum)


def _beyond(block: Block) -> dict[str, Mask]:
    return {field: out_of_range(block, field) for field in block.values if _any(block, field)}


def _any(block: Block, field: str) -> bool:
    """Two reductions without a temporary: what is in range costs next to nothing."""
    limits, values = FIELDS[FIELD_INDEX[field]], block[field]
    if not values.size:
        return False
    lowest, highest = np.fmin.reduce(values, axis=None), np.fmax.reduce(values, axis=None)
    return bool(lowest < limits.minimum or highest > limits.maximum)


MASK = QualityMask("range", _beyond)
