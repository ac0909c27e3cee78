"""The one array type of the simulator's numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""Real numbers; float32 wherever a fleet's worth of them is kept."""
