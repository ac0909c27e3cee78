"""Where nothing was reported."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.block import Block


def gaps(block: Block) -> NDArray[np.bool_]:
    """Cells in which no reading fell, shape (systems, steps)."""
    return block.rows == 0
