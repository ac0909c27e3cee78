"""Seasons of the two regions the programme works in, and of one far away."""

from dataclasses import dataclass

import numpy as np

from collector.domain.device import Village

_DAYS_A_YEAR = 365.2425
_MIDDLE_OF_MONTH = (np.arange(12) + 0.5) / 12.0


@dataclass(frozen=True, slots=True)
class Climate:
    """Monthly normals, January first.

    ``wetness`` is the share of rainy days, ``turbidity`` the Linke turbidity of the clear sky,
    ``mean_c`` the mean air temperature and ``swing_k`` half of its daily range.
    """

    region: str
    wetness: tuple[float, ...]
    turbidity: tuple[float, ...]
    mean_c: tuple[float, ...]
    swing_k: float


TIMOR = Climate(
    region="Timor",
    wetness=(0.66, 0.62, 0.50, 0.28, 0.12, 0.07, 0.04, 0.03, 0.04, 0.10, 0.30, 0.55),
    turbidity=(4.3, 4.2, 4.0, 3.7, 3.5, 3.4, 3.5, 3.8, 4.4, 4.7, 4.5, 4.3),
    mean_c=(24.6, 24.4, 24.3, 24.0, 23.3, 22.3, 21.8, 22.3, 23.6, 25.2, 25.8, 25.2),
    swing_k=4.3,
)
"""Highlands of West Timor: a long dry season, rain from December to March [K]."""

MALUKU = Climate(
    region="Maluku",
    wetness=(0.33, 0.32, 0.35, 0.45, 0.60, 0.66, 0.66, 0.58, 0.44, 0.32, 0.25, 0.30),
    turbidity=(4.1, 4.1, 4.1, 4.1, 4.0, 3.9, 3.9, 3.9, 4.1, 4.3, 4.3, 4.2),
    mean_c=(27.6, 27.5, 27.4, 27.1, 26.6, 25.9, 25.4, 25.4, 25.9, 26.6, 27.2, 27.5),
    swing_k=2.9,
)
"""South coast of Seram: rain peaks from May to August, when Timor is dry [K]."""

MEKONG = Climate(
    region="Mekong",
    wetness=(0.05, 0.07, 0.13, 0.30, 0.50, 0.60, 0.68, 0.70, 0.45, 0.25, 0.12, 0.05),
    turbidity=(4.4, 5.2, 6.0, 5.6, 4.6, 4.3, 4.2, 4.2, 4.2, 4.1, 4.1, 4.2),
    mean_c=(20.0, 22.5, 25.5, 27.5, 28.0, 28.0, 27.5, 27.3, 27.0, 25.5, 23.0, 20.0),
    swing_k=5.5,
)
"""Hills of northern Laos, for scenarios of another country: monsoon from May to September, cool
dry winters, smoke until April [K]."""

_TIMOR_SOUTH_OF_DEG = -7.0
_INDONESIA_EAST_OF_DEG = 110.0


def climate_of(village: Village) -> Climate:
    """The region's climate; Timor and Maluku lie on either side of the Banda Sea."""
    if village.longitude < _INDONESIA_EAST_OF_DEG:
        return MEKONG
    return TIMOR if village.latitude < _TIMOR_SOUTH_OF_DEG else MALUKU


def normal_on(monthly: tuple[float, ...], day: int) -> float:
    """A monthly normal read off between the middles of months on a UTC day since 1970."""
    year_share = (day / _DAYS_A_YEAR) % 1.0
    return float(np.interp(year_share, _MIDDLE_OF_MONTH, monthly, period=1.0))
