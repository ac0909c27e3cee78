"""Energy in and out over weeks: a sum that no honest set of meters can get wrong."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats
from analytics.indicators.masked import count, or_zero, sums
from analytics.indicators.table import IndicatorTable

WHOLE = 0.9
"""Coverage of a day that is counted: a gap at noon or in the evening would tilt the sum."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Books:
    """Mean energy a day [Wh] from the panel and to the load, and the days counted; (systems,).

    ``panel_ah`` is the panel's mean charge a day.
    """

    panel_wh: Floats
    panel_ah: Floats
    load_wh: Floats
    days: NDArray[np.int64]

    def panel_share(self, earlier: "Books") -> Floats:
        """What the panel gives, of what it gave earlier: the lesser by energy and by charge.

        A controller that switches a full battery's panel on and off shows a mean voltage and a mean
        current whose product is more than the energy; one that tracks shows fewer amperes at more
        volts. One of the two tells the truth of each.
        """
        return np.minimum(
            self.panel_wh / np.maximum(earlier.panel_wh, 1.0),
            self.panel_ah / np.maximum(earlier.panel_ah, 0.1),
        )

    def enough(self, days: int) -> Flags:
        """Where so many days were counted."""
        return self.days >= days


def books(table: IndicatorTable, first: int, end: int) -> Books:
    """Sums over the whole days among columns ``first`` to ``end``; zeros where none was whole."""
    days = slice(max(0, first), max(0, end))
    panel, load = table["panel_wh"][:, days], table["load_wh"][:, days]
    use = (table["coverage"][:, days] >= WHOLE) & np.isfinite(panel) & np.isfinite(load)
    many = count(use)
    panel_wh, panel_ah, load_wh = (
        (sums(or_zero(values, use)) / np.maximum(many, 1)).astype(np.float32)
        for values in (panel, table["panel_ah"][:, days], load)
    )
    return Books(panel_wh, panel_ah, load_wh, many.astype(np.int64))
