"""The registry turned into things that charge and burn: one row of every array is one system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import utc_offset_s
from collector.domain.device import Assignment, Chemistry, Kind, System, Village
from device_sim.arrays import Array
from device_sim.battery import BatteryBank
from device_sim.controller import ControllerBank
from device_sim.draw import Draw
from device_sim.load import Habits
from device_sim.modules import CELLS_12_V, Modules, modules_of
from device_sim.noise import Keys, keys_of


@dataclass(frozen=True)
class Fleet:
    """Every device of the registry with the system it stands in, and what follows from it.

    Rows are in the order of ``serials``; arrays have shape (systems,) unless they say otherwise.
    ``panel_normal`` (3, systems) is up, north, east.
    """

    serials: tuple[str, ...]
    systems: tuple[System, ...]
    assignments: tuple[Assignment, ...]
    villages: tuple[Village, ...]
    keys: Keys
    village_row: NDArray[np.int64]
    offset_s: NDArray[np.int64]
    blocks: Array
    """12 V blocks in series: 2 in a 24 V system."""
    panel_w: Array
    panel_normal: Array
    modules: Modules
    unlike: Array
    """How far clouds over this roof differ from those over the village."""
    soiling_per_day: Array
    battery: BatteryBank
    capacity_start: Array
    capacity_per_day: Array
    fade_ohm: Array
    leads_ohm: Array
    unequal_days: Array
    controller: ControllerBank
    habits: Habits
    indoor_k: Array

    def __len__(self) -> int:
        return len(self.serials)

    @cached_property
    def publishers(self) -> tuple[str, ...]:
        """Who reports each system: its gateway, or the device itself."""
        return tuple(a.gateway or a.serial for a in self.assignments)

    @cached_property
    def gateways(self) -> tuple[str, ...]:
        """Every gateway's name, sorted."""
        return tuple(sorted({a.gateway for a in self.assignments if a.gateway}))


def fleet_of(
    villages: Sequence[Village],
    systems: Sequence[System],
    assignments: Sequence[Assignment],
    seed: int,
) -> Fleet:
    """Furnish the systems that have a device. Each draws from its own serial and seed alone.

    Raises ValueError when there is none or a device's system or village is unknown.
    """
    current = sorted((a for a in assignments if a.until_s is None), key=lambda a: a.serial)
    if not current:
        raise ValueError("the registry has no device: nothing to simulate")
    by_code = {s.code: s for s in systems}
    rows = [by_code[a.system] for a in current if a.system in by_code]
    if len(rows) != len(current):
        raise ValueError("the registry has a device at a house it does not list")
    place = {v.name: i for i, v in enumerate(villages)}
    serials = tuple(a.serial for a in current)
    keys = keys_of(seed, serials)
    village_row = np.array([place[s.village] for s in rows])
    draw = Draw(keys)
    panel_w = np.array([s.panel_w for s in rows], np.float32)
    chemistry = np.array([s.battery_chemistry is Chemistry.LFP for s in rows], np.int32)
    rated_ah = np.array([s.battery_ah for s in rows], np.float32)
    modules = modules_of([s.kind for s in rows], draw)
    trackers = _trackers(current, modules)
    return Fleet(
        serials=serials,
        systems=tuple(rows),
        assignments=tuple(current),
        villages=tuple(villages),
        keys=keys,
        village_row=village_row,
        offset_s=_offsets(villages)[village_row],
        blocks=np.array([max(1.0, round(s.nominal_v / 12.0)) for s in rows], np.float32),
        # Power tolerance and a decade in the sun: 1 % a year.
        panel_w=panel_w * draw.between("panel", 0.88, 1.02),
        panel_normal=_tilted(draw, np.array([villages[v].latitude for v in village_row])),
        modules=modules,
        unlike=draw.between("unlike", 0.5, 1.3),
        soiling_per_day=draw.lognormal("soiling", 0.0008, 0.4),
        battery=BatteryBank.of(chemistry, rated_ah, draw),
        capacity_start=draw.between("capacity", 0.80, 1.02),
        capacity_per_day=draw.between("fade", 0.00005, 0.00025),
        fade_ohm=draw.between("fade-ohm", 0.5, 1.5),
        # Some metres of 1.5-4 mm2 copper, thicker where more flows, a fuse and its holder, clamps
        # that corrode: 40-200 milliohm in small homes [K].
        leads_ohm=draw.lognormal("leads", 0.10, 0.5) * (50.0 / np.maximum(panel_w, 10.0)) ** 0.5,
        unequal_days=draw.between("equalise", 0.0, 30.0),
        controller=_controllers(draw, chemistry, trackers, rated_ah),
        habits=_habits(draw, rows, panel_w, rated_ah),
        indoor_k=draw.between("indoor", 0.0, 4.0),
    )


def _trackers(assignments: Sequence[Assignment], modules: Modules) -> NDArray[np.bool_]:
    """Who tracks the panel's peak: nobody else can use more cells than the battery asks for."""
    named = np.array(["tracer" in a.controller for a in assignments])
    return named | (modules.cells > CELLS_12_V)


def _offsets(villages: Sequence[Village]) -> NDArray[np.int64]:
    return np.array([utc_offset_s(v.timezone, date(2020, 1, 1)) for v in villages], np.int64)


def _tilted(draw: Draw, latitude: NDArray[np.float64]) -> Array:
    """Roofs tilt 8-18 degrees roughly towards the equator, and nobody used a compass."""
    tilt = np.radians(draw.between("tilt", 8.0, 18.0))
    azimuth = np.radians(draw.normal("azimuth", 0.0, 35.0) + np.where(latitude > 0, 180.0, 0.0))
    flat = np.sin(tilt)
    return np.array([np.cos(tilt), flat * np.cos(azimuth), flat * np.sin(azimuth)], np.float32)


def _controllers(
    draw: Draw, chemistry: NDArray[np.int32], trackers: NDArray[np.bool_], rated_ah: Array
) -> ControllerBank:
    """Settings spread as brands and installers do: sealed, gel, flooded; lithium by its manual."""
    lfp = chemistry == 1
    brand = draw.between("brand", 0.0, 1.0)
    kind = [brand < 0.45, brand < 0.62, brand < 0.68]
    # Sealed, flooded, gel; the plainest ones neither follow temperature nor equalise.
    absorb = np.select(kind, [14.4, 14.6, 14.2], 14.6)
    equal = np.select(kind, [14.6, 14.8, 0.0], 0.0)
    cut = draw.between("cut", 10.9, 11.4)
    return ControllerBank(
        mppt=trackers,
        absorb_v=np.where(lfp, draw.between("lfp-absorb", 14.1, 14.4), absorb).astype(np.float32),
        float_v=np.where(lfp, 13.6, draw.between("float", 13.6, 13.9)).astype(np.float32),
        equal_v=np.where(lfp, 0.0, equal).astype(np.float32),
        boost_return_v=np.where(lfp, 13.15, 13.2).astype(np.float32),
        absorb_h=np.where(lfp, 0.5, 2.0).astype(np.float32),
        per_k=np.where(lfp | (brand > 0.68), 0.0, -0.018).astype(np.float32),
        cut_v=np.where(lfp, draw.between("lfp-cut", 11.8, 12.3), cut).astype(np.float32),
        reconnect_v=np.where(
            lfp, draw.between("lfp-back", 12.9, 13.1), draw.between("back", 12.4, 12.7)
        ).astype(np.float32),
        own_a=np.where(rated_ah < 10, 0.006, 0.012).astype(np.float32),
    )


def _habits(draw: Draw, rows: Sequence[System], panel_w: Array, rated_ah: Array) -> Habits:
    """Households' ways: use grows with what the panel can give, and differs threefold."""
    facility = np.array([s.kind is Kind.FACILITY for s in rows])
    street = np.array([s.kind is Kind.STREET_LIGHT for s in rows])
    night_ah = 2.65 * (panel_w / 50.0) ** 0.5 * draw.lognormal("use", 1.0, 0.22)
    # Nobody plans to use more at night than the battery holds: users learn.
    night_ah = np.minimum(night_ah, 0.25 * rated_ah)
    on, bed = draw.normal("on", 18.1, 0.3), draw.normal("bed", 21.6, 0.8)
    sleeps_lit = draw.between("lit", 0.0, 1.0) < 0.4
    night_share = np.where(sleeps_lit, draw.between("lit-share", 0.12, 0.3), 0.03)
    rise = draw.normal("rise", 4.9, 0.4)
    morning_h = draw.between("morning", 0.7, 1.5)
    lamps_a = (0.88 - night_share) * night_ah / np.maximum(bed - on, 1.5)
    midday_a = draw.lognormal("midday", 0.10, 0.5) * night_ah
    works = facility * 0.045 * panel_w / 12.0 * 4.0
    return Habits(
        evening=np.array([on, bed, np.where(facility, 0.3 * lamps_a, lamps_a)], np.float32),
        night_a=(night_share * night_ah / np.maximum(24.0 + rise - bed, 4.0)).astype(np.float32),
        morning=np.array([rise, rise + morning_h, 0.12 * night_ah / morning_h], np.float32),
        midday=np.array(
            [
                draw.between("noon", 8.5, 15.0) * ~facility + 8.5 * facility,
                np.where(facility, 6.0, draw.between("noon-h", 0.8, 2.5)),
                np.where(facility, works, midday_a),
            ],
            np.float32,
        ),
        restless=draw.between("restless", 0.12, 0.32),
        growth=draw.normal("growth", -0.03, 0.06),
        lamp_a=(street * 0.017 * panel_w * draw.between("lamp", 0.85, 1.1)).astype(np.float32),
        dim_after_h=np.where(draw.between("dims", 0, 1) < 0.5, 23.0, 99.0).astype(np.float32),
        dim_share=np.full(len(rows), 0.5, np.float32),
        street=street,
        facility=facility,
    )
