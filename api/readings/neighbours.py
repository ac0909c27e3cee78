"""What the healthy neighbours of a system measure: the band that a curve is compared with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.tickets.ticket import SystemStatus
from api.fleet.snapshot import Snapshot
from collector.domain.device import System
from collector.store.port import ReadingStore

FEWEST = 5
"""Fewer neighbours than this make no band [K]."""
MOST = 40
"""More would cost time and change little."""
STEP_S = 3600


@dataclass(frozen=True, slots=True)
class Band:
    """10 %, 50 % and 90 % of the neighbours' values at each of ``time_s``; NaN where too few."""

    time_s: NDArray[np.int64]
    low: NDArray[np.float64]
    median: NDArray[np.float64]
    high: NDArray[np.float64]
    neighbours: int


def healthy_neighbours(snapshot: Snapshot, system: System) -> list[System]:
    """Systems judged ok in the same village, of the same kind and size; at most ``MOST``."""
    alike = [
        s
        for s in snapshot.systems_of[system.village]
        if s.code != system.code
        and (s.kind, s.panel_w, s.nominal_v, s.battery_chemistry)
        == (system.kind, system.panel_w, system.nominal_v, system.battery_chemistry)
        and snapshot.status(s.code) is SystemStatus.OK
    ]
    every = max(1, len(alike) // MOST)
    return alike[::every][:MOST]


def band(
    store: ReadingStore,
    snapshot: Snapshot,
    system: System,
    field: str,
    window_s: tuple[int, int],
) -> Band | None:
    """The neighbours' band of one quantity, None when there are too few of them."""
    devices = [snapshot.device_now(s.code) for s in healthy_neighbours(snapshot, system)]
    serials = [d.serial for d in devices if d is not None and d.from_s <= window_s[0]]
    if len(serials) < FEWEST:
        return None
    block = store.block(serials, window_s, STEP_S, [field])
    values = block[field].astype(np.float64)
    enough = np.isfinite(values).sum(axis=0) >= FEWEST
    levels = np.full((3, values.shape[1]), np.nan)
    levels[:, enough] = np.nanpercentile(values[:, enough], [10, 50, 90], axis=0)
    return Band(block.time_s, levels[0], levels[1], levels[2], len(serials))
