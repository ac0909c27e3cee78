"""A small fleet that looks like the real one: villages, days of readings, states and tickets."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from analytics.prognosis.facts import FACTS
from analytics.prognosis.forecast import Reason
from analytics.prognosis.system_forecast import SystemForecast
from analytics.tickets.ticket import (
    SystemState,
    SystemStatus,
    Ticket,
    TicketEvent,
    TicketState,
)
from api.services import Services
from collector.domain.clock import DAY_S
from collector.domain.device import Assignment, Chemistry, Kind, System, Village
from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.house_code import house_code
from collector.domain.reading import ReadingBatch
from collector.fleet.port import Fleet
from collector.store.port import StoreUnavailableError
from tests.unit.api.fakes import (
    DatabaseDownError,
    MemoryBook,
    MemoryFleet,
    MemoryForecasts,
    MemoryStore,
)
from tests.unit.api.words import DETECTORS

NOW_S = 1_795_327_500.0
"""22 Nov 2026, 14:05 in Timor (WITA), 15:05 in Maluku (WIT)."""
INSTALLED_S = 1_489_420_800
"""14 March 2017."""
PLACES = (
    ("Oemaman", "OEM", "Timor Tengah Selatan", "Nusa Tenggara Timur", "Asia/Makassar", 60),
    ("Kusi Utara", "KUS", "Timor Tengah Selatan", "Nusa Tenggara Timur", "Asia/Makassar", 30),
    ("Boti", "BOT", "Timor Tengah Selatan", "Nusa Tenggara Timur", "Asia/Makassar", 70),
    ("Tiang Bendera", "TBE", "Seram Bagian Barat", "Maluku", "Asia/Jayapura", 40),
    ("Luhu", "LUH", "Seram Bagian Barat", "Maluku", "Asia/Jayapura", 6),
)
FAULTS = {"battery_degraded": 0.06, "panel_disconnected": 0.03, "silent": 0.03}
EVIDENCE = {
    "battery_degraded": {
        "capacity_percent": 54.0,
        "empty_nights": 5.0,
        "nights": 9.0,
        "resistance_rise": 1.7,
    },
    "panel_disconnected": {"days": 2.0, "panel_v": 0.4, "panel_a": 0.0, "battery_v": 12.1},
    "silent": {"days": 3.0, "silent_days": 3.0, "systems_silent": 1.0},
}
STATUS = {fault: DETECTORS[fault].status for fault in FAULTS}


@dataclass
class World:
    """Everything a test may look at or change."""

    fleet: Fleet
    store: MemoryStore
    book: MemoryBook
    fault_of: dict[str, str]
    now_s: float = NOW_S
    forecasts: MemoryForecasts = field(default_factory=MemoryForecasts)
    registry: MemoryFleet = field(init=False)

    def __post_init__(self) -> None:
        self.registry = MemoryFleet(self.fleet)

    def services(self) -> Services:
        """The world as the application gets it."""
        return Services(
            store=self.store,
            fleet=self.registry,
            book=self.book,
            forecasts=self.forecasts,
            dead_letters=None,
            clock=lambda: self.now_s,
            detectors=DETECTORS,
            unavailable=(StoreUnavailableError, DatabaseDownError),
        )


def registry() -> Fleet:
    """Five villages with 206 systems; Luhu has street lights."""
    villages, systems, assignments = {}, [], []
    for name, prefix, district, province, timezone, count in PLACES:
        villages[name] = Village(name, district, province, timezone, -9.8, 124.4)
        for n in range(1, count + 1):
            code = house_code(prefix, n)
            kind = Kind.STREET_LIGHT if prefix == "LUH" else Kind.HOME
            systems.append(
                System(
                    code,
                    kind,
                    name,
                    "" if kind is Kind.STREET_LIGHT else f"Dusun {1 + n * 3 // (count + 1)}",
                    80,
                    65,
                    Chemistry.LFP if prefix == "TBE" else Chemistry.LEAD_ACID,
                    12,
                    date(2017, 3, 14),
                )
            )
            gateway = "gw-kusi-utara" if prefix == "KUS" else ""
            assignments.append(
                Assignment(f"KPK-{len(systems):04d}", code, INSTALLED_S, None, gateway)
            )
    return Fleet(villages, tuple(sorted(systems, key=lambda s: s.code)), tuple(assignments))


def make_world(days: int = 9, seed: int = 1) -> World:
    """A fleet with ``days`` of readings up to now and tickets on one system in eight."""
    rng = np.random.default_rng(seed)
    fleet = registry()
    codes = [s.code for s in fleet.systems]
    draws = rng.random(len(codes))
    limits = np.cumsum(list(FAULTS.values()))
    kinds = np.searchsorted(limits, draws)
    fault_of = {
        code: list(FAULTS)[k] for code, k in zip(codes, kinds, strict=True) if k < len(FAULTS)
    }
    store = MemoryStore()
    store.write(
        ReadingBatch.concat(
            [_readings(a, fault_of.get(a.system, ""), days, rng) for a in fleet.assignments]
        )
    )
    forecasts = MemoryForecasts({code: _forecast(code, fault_of, rng) for code in codes})
    return World(fleet, store, _book(fleet, fault_of, rng), fault_of, forecasts=forecasts)


def _readings(a: Assignment, fault: str, days: int, rng: np.random.Generator) -> ReadingBatch:
    """Quarter-hourly sun, battery and evening light, with the fault's trace in it."""
    end = int(NOW_S // 900 * 900)
    time_s = np.arange(end - days * DAY_S, end + 1, 900)
    if fault == "silent":
        time_s = time_s[time_s < end - 3 * DAY_S]
    time_s = time_s[rng.random(time_s.size) > 0.01]
    hour = (time_s / 3600 + 8) % 24
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0, None) * rng.uniform(0.7, 1, time_s.size)
    if fault == "panel_disconnected":
        sun = np.where(time_s > end - 2 * DAY_S, 0, sun)
    pv_a = 3.8 * sun
    evening = (hour >= 18) & (hour < 23)
    load_a = np.where(evening, rng.normal(0.9, 0.15, time_s.size), 0.02).clip(0)
    if fault == "battery_degraded":
        load_a = np.where(hour >= 20.5, 0.0, load_a)
    night = np.where(hour >= 18, hour - 18, np.where(hour < 6, hour + 6, 0))
    sag = 0.16 if fault == "battery_degraded" else 0.06
    volts = np.where(night > 0, 12.8 - sag * night, np.minimum(14.4, 12.6 + 0.45 * (hour - 6)))
    if fault == "panel_disconnected":
        volts -= np.clip((time_s - end + 2 * DAY_S) / DAY_S * 0.5, 0, None)
    values = np.full((time_s.size, len(FIELDS)), np.nan)
    values[:, FIELD_INDEX["pv_voltage_v"]] = np.where(sun > 0, 17.5, 0.3)
    values[:, FIELD_INDEX["pv_current_a"]] = pv_a
    values[:, FIELD_INDEX["battery_voltage_v"]] = volts + rng.normal(0, 0.04, time_s.size)
    values[:, FIELD_INDEX["battery_current_a"]] = pv_a - load_a
    values[:, FIELD_INDEX["load_current_a"]] = load_a
    values[:, FIELD_INDEX["battery_temperature_c"]] = 27.0
    return ReadingBatch.of(a.serial, time_s, np.round(values, 2), first_sequence=1)


def _forecast(code: str, fault_of: dict[str, str], rng: np.random.Generator) -> SystemForecast:
    """Weak batteries are likely to fail; one in thirty of the others is heard too little."""
    weak = fault_of.get(code) == "battery_degraded"
    eight = float(rng.uniform(0.2, 0.7) if weak else rng.uniform(0.003, 0.05))
    few = not weak and rng.random() < 0.03
    reasons = (Reason(FACTS[0], 0.54, 1.3), Reason(FACTS[2], 0.31, 0.6)) if weak else ()
    return SystemForecast(code, NOW_S - 14 * 3600, 0.55 * eight, eight, few, reasons)


def _book(fleet: Fleet, fault_of: dict[str, str], rng: np.random.Generator) -> MemoryBook:
    book = MemoryBook()
    for system in fleet.systems:
        fault = fault_of.get(system.code)
        status = STATUS[fault] if fault else SystemStatus.OK
        if system.village == "Luhu":
            status = SystemStatus.NEW
        elif fault is None and system.village == "Boti" and rng.random() < 0.1:
            status = SystemStatus.BLOCKED
        if status is not SystemStatus.NEW:
            since_s = NOW_S - 3 * DAY_S
            book.judged[system.code] = SystemState(system.code, status, since_s, NOW_S - 8 * 3600)
        if fault:
            _raise(book, system.code, fault, rng)
    return book


def _raise(book: MemoryBook, code: str, fault: str, rng: np.random.Generator) -> None:
    number = 200 + len(book.tickets)
    opened_s = NOW_S - rng.uniform(0.2, 6) * DAY_S
    due_s = opened_s + DETECTORS[fault].due_in_days * DAY_S
    book.tickets[number] = Ticket(
        number,
        code,
        fault,
        TicketState.NEW,
        0.8,
        opened_s,
        opened_s,
        due_s,
        None,
        "",
        EVIDENCE[fault],
    )
    book.history[number] = [TicketEvent(number, opened_s, "raised")]
