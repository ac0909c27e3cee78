"""Where nothing was reported."""

from analytics.quality.mask import Mask
from collector.domain.block import Block


def gaps(block: Block) -> Mask:
    """Cells in which no reading fell, shape (systems, steps)."""
    return block.rows == 0
