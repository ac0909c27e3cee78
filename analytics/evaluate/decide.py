"""A yes or no from a score, at a threshold chosen without looking at the village judged."""

import numpy as np
from numpy.typing import NDArray

from analytics.evaluate.measures import Numbers, Ranking


def decided_elsewhere(
    score: Numbers, label: NDArray[np.bool_], village: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which cases (n,) lie at or above the threshold that is best for all other villages.

    Best by balanced accuracy. A village that holds all cases of a kind is judged at the threshold
    of no case: everything is denied.
    """
    ranking = Ranking.of(score)
    size = ranking.scores.size
    total = [np.bincount(ranking.group[label == kind], minlength=size) for kind in (True, False)]
    decided = np.zeros(score.size, bool)
    for place in np.unique(village).tolist():
        mine = village == place
        others = [
            np.cumsum(every - np.bincount(ranking.group[mine & (label == kind)], minlength=size))
            for every, kind in zip(total, (True, False), strict=True)
        ]
        if others[0][-1] and others[1][-1]:
            gain = others[0] / others[0][-1] - others[1] / others[1][-1]
            decided[mine] = ranking.group[mine] <= np.argmax(gain)
    return decided
