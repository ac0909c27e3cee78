"""What remains of the currents at night, corrected by what remains at the neighbours' too."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats, mean_known, peers_median
from analytics.indicators.table import IndicatorTable

Flags = NDArray[np.bool_]

COMPUTED_A = 0.003
"""Two meters and a controller's own use never agree to a few milliamperes for a week [K]."""
SMALL_A = 0.05
"""Below, nobody asks; villages without a wider gap need no neighbours' median [K]."""
USUAL_A = 0.1
"""Controllers' own use, and meters of one make: so much may be common to a village [K]."""


def night_gaps(table: IndicatorTable, day: int, length: int) -> tuple[Floats, Floats]:
    """Gap in the evening and in the small hours, each (systems, days) [A]; NaN = not measurable."""
    evening = table.window("gap_evening_a", day, length)
    quiet = table.window("gap_quiet_a", day, length)
    wide = (np.abs(quiet) > SMALL_A).any(axis=1) | (np.abs(evening) > SMALL_A).any(axis=1)
    if not wide.any():
        return evening, quiet
    asked = np.isin(table.village_code, np.unique(table.village_code[wide]))
    mean = mean_known(quiet[asked]).astype(np.float32)
    common = np.zeros(asked.shape, np.float32)
    common[asked] = np.nan_to_num(peers_median(mean, table.village_code[asked]))
    common = np.clip(common, -USUAL_A, USUAL_A)
    return evening - common[:, None], quiet - common[:, None]


def shows_no_gap(table: IndicatorTable, day: int, length: int) -> Flags:
    """Where no battery current is shown, or none that was measured, shape (systems,).

    Computed as panel less load it leaves no gap, by its making.
    """
    gaps = [table.window(name, day, length) for name in ("gap_evening_a", "gap_quiet_a")]
    most = [np.fmax.reduce(np.abs(gap), axis=1, initial=0.0) for gap in gaps]
    return np.maximum(*most) < COMPUTED_A
