"""Values that cannot be real."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.block import Block
from collector.domain.fields import FIELD_INDEX, FIELDS


def out_of_range(block: Block, field: str) -> NDArray[np.bool_]:
    """Samples outside the physical range of the field table, shape (systems, steps).

    The collector stores these as missing already; records that came by another way did not pass it.
    """
    limits = FIELDS[FIELD_INDEX[field]]
    values = block[field]
    return (values < limits.minimum) | (values > limits.maximum)
