"""Another country: other batteries, settings, habits and skies than the programme's own.

Detectors could learn this simulator instead of the field. A scenario's ``[country]`` moves what
they could lean on, by factors and shifts on the spreads that are there anyway.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from collector.domain.device import Village
from collector.domain.registry import Registry
from device_sim.fleet import Fleet


@dataclass(frozen=True, slots=True)
class Country:
    """Factors of 1 and shifts of 0 change nothing.

    ``use`` multiplies what homes and lamps draw, ``later_h`` shifts homes' evenings; ``ohm``
    multiplies batteries' resistances, ``gas`` their gassing, ``fade`` their ageing (0: they last
    for ever), ``capacity`` is the least of the rating they have at first, ``rest_v`` shifts their
    rest voltage per 12 V; ``absorb_v``, ``float_v``, ``cut_v``
    and ``reconnect_v`` shift controllers' settings; ``unlike`` multiplies how roofs differ under
    one cloud, ``soiling`` the dust. With ``timezone`` the villages lie around ``latitude`` and
    ``longitude`` and have the climate of that place.
    """

    use: float = 1.0
    later_h: float = 0.0
    ohm: float = 1.0
    gas: float = 1.0
    fade: float = 1.0
    capacity: float = 0.0
    rest_v: float = 0.0
    absorb_v: float = 0.0
    float_v: float = 0.0
    cut_v: float = 0.0
    reconnect_v: float = 0.0
    unlike: float = 1.0
    soiling: float = 1.0
    latitude: float = 0.0
    longitude: float = 0.0
    timezone: str = ""

    def furnish(self, fleet: Fleet) -> Fleet:
        """The fleet as it would be there."""
        battery, bank, habits = fleet.battery, fleet.controller, fleet.habits
        on, bed, lamps_a = habits.evening
        later_h = np.where(habits.facility, 0.0, self.later_h).astype(np.float32)
        evening = np.array([on + later_h, bed + later_h, lamps_a * self.use], np.float32)
        rise, leave, morning_a = habits.morning
        noon, length, midday_a = habits.midday
        return replace(
            fleet,
            battery=replace(
                battery,
                ohmic=_times(battery.ohmic, self.ohm),
                slow_charge=_times(battery.slow_charge, self.ohm),
                slow_discharge=_times(battery.slow_discharge, self.ohm),
                gassing_a=_times(battery.gassing_a, self.gas),
                rest_shift_v=_plus(battery.rest_shift_v, self.rest_v),
            ),
            controller=replace(
                bank,
                absorb_v=_plus(bank.absorb_v, self.absorb_v),
                float_v=_plus(bank.float_v, self.float_v),
                cut_v=_plus(bank.cut_v, self.cut_v),
                reconnect_v=_plus(bank.reconnect_v, self.reconnect_v),
            ),
            habits=replace(
                habits,
                evening=evening,
                night_a=_times(habits.night_a, self.use),
                morning=np.array([rise, leave, morning_a * self.use], np.float32),
                midday=np.array([noon, length, midday_a * self.use], np.float32),
                lamp_a=_times(habits.lamp_a, self.use),
            ),
            capacity_start=np.maximum(fleet.capacity_start, np.float32(self.capacity)),
            capacity_per_day=_times(fleet.capacity_per_day, self.fade),
            unlike=_times(fleet.unlike, self.unlike),
            soiling_per_day=_times(fleet.soiling_per_day, self.soiling),
        )

    def moved(self, registry: Registry) -> Registry:
        """The registry with its villages there, as far from each other as they were.

        Raises ValueError for a time zone that is unknown.
        """
        if not self.timezone:
            return registry
        middle = _middle(registry.villages)
        villages = tuple(
            replace(
                v,
                timezone=self.timezone,
                latitude=round(v.latitude - middle[0] + self.latitude, 4),
                longitude=round(v.longitude - middle[1] + self.longitude, 4),
            )
            for v in registry.villages
        )
        return Registry(villages, registry.systems, registry.assignments)


def _middle(villages: Sequence[Village]) -> tuple[float, float]:
    places = np.array([(v.latitude, v.longitude) for v in villages])
    low, high = places.min(axis=0), places.max(axis=0)
    return float((low[0] + high[0]) / 2), float((low[1] + high[1]) / 2)


def _times(values: np.ndarray, factor: float) -> np.ndarray:
    return values * np.float32(factor)


def _plus(values: np.ndarray, shift: float) -> np.ndarray:
    return values + np.float32(shift)
