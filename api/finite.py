"""Numbers as JSON has them: it knows no NaN and no infinity."""

import math


def finite(value: float) -> float | None:
    """The number, None for one that is missing or endless."""
    return float(value) if math.isfinite(value) else None
