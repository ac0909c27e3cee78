"""How long something took, many times: counts by length, as Prometheus adds them up."""

from collections.abc import Sequence

import numpy as np


class Spread:
    """One thread notes, others may read."""

    def __init__(self, bounds_s: Sequence[float]) -> None:
        """``bounds_s`` ascend [s]: what took up to each is counted together."""
        self._bounds_s = np.array(bounds_s, float)
        self._counts = np.zeros(len(bounds_s) + 1, np.int64)
        self.sum_s = 0.0

    def note(self, took_s: Sequence[float]) -> None:
        """Count these durations [s]; negative ones, of a clock set back, as zero."""
        lengths = np.maximum(np.asarray(took_s, float), 0.0)
        place = np.searchsorted(self._bounds_s, lengths, side="left")
        self._counts += np.bincount(place, minlength=self._counts.size)
        self.sum_s += float(lengths.sum())

    def buckets(self) -> list[tuple[str, float]]:
        """(bound, how many took at most so long), the last bound being "+Inf"."""
        names = [*(f"{bound:g}" for bound in self._bounds_s.tolist()), "+Inf"]
        return list(zip(names, np.cumsum(self._counts).astype(float).tolist(), strict=True))
