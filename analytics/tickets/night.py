"""What one night knows before the rules decide: findings, silence and who belongs together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analytics.prognosis.system_forecast import SystemForecast


@dataclass(frozen=True, slots=True)
class Finding:
    """One system's finding: severity 0..1 and the numbers behind it."""

    severity: float
    evidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the detector of one fault says of all systems, by row of ``Night.systems``."""

    found: Mapping[int, Finding]
    clear: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Night:
    """All systems as of one moment; arrays have one entry a system, in the order of the codes.

    ``silent_days`` is NaN for systems that were never heard; ``days_seen`` counts the days with
    readings enough to judge; ``proved`` says that the last two days show a system at work: lit
    through both nights, and charged full. Systems of one ``group`` come over the same way: a
    gateway, or, for devices that report by themselves, the village's network. ``foreseen`` is empty
    on nights that nobody asked to look ahead from.
    """

    at_s: float
    systems: Sequence[str]
    group: NDArray[np.int32]
    group_is_gateway: Sequence[bool]
    silent_days: NDArray[np.float32]
    days_seen: NDArray[np.int32]
    judgements: Mapping[str, Judgement]
    group_name: Sequence[str] = ()
    village: Sequence[str] = ()
    proved: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    foreseen: Sequence[SystemForecast] = ()
