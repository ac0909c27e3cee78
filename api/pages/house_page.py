"""``/rumah/{code}``: a house: is there light, what does the battery do, and the last days."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from analytics.detectors.detector import Text
from api.dependencies import ServicesDep, ViewDep
from api.fleet.service import known_system
from api.fleet.snapshot import Snapshot
from api.pages.chart import Chart, Trace, curve, runs
from api.pages.render import render_page
from api.pages.window import CELL_S, Window, window
from api.problems.catalogue import INVALID_REQUEST, ProblemError
from api.readings.service import History, Reading, history, last_in_cell, latest_reading
from api.readings.words import Age, age_of, battery_flow, light
from api.tickets.service import due_of, tickets_of_system
from api.tickets.words import words_of
from collector.domain.device import System

router = APIRouter()

DRAWN = ("battery_voltage_v", "pv_current_a", "load_current_a")
TICKETS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Now:
    """The newest reading in words; ``known`` is whether it still tells of now."""

    reading: Reading
    age: Age

    @property
    def known(self) -> bool:
        """Whether the reading is young enough to tell of now."""
        return self.age is not Age.PAST


@dataclass(frozen=True, slots=True)
class Curves:
    """The charts of a window and the very readings they are drawn from, newest first."""

    window: Window
    charts: dict[str, Chart]
    rows: tuple[Reading, ...]


@router.get("/rumah/{code}")
def house(
    request: Request,
    services: ServicesDep,
    view: ViewDep,
    code: str,
    hari: Annotated[int, Query()] = 1,
) -> Response:
    """``hari`` is 1, 7 or 30 days of curves."""
    if hari not in CELL_S:
        raise ProblemError(
            INVALID_REQUEST, Text("hari adalah 1, 7, atau 30.", "hari is 1, 7 or 30.")
        )
    snapshot = view.now()
    system = known_system(snapshot, code)
    timezone = snapshot.village(system).timezone
    reading = latest_reading(services.store, snapshot.fleet, system.code)
    at = window(hari, snapshot.at_s, timezone)
    found = history(services.store, snapshot.fleet, system.code, at.start_s, at.end_s)
    return render_page(
        request,
        "house.html",
        section="fleet",
        now_s=snapshot.at_s,
        system=system,
        timezone=timezone,
        status=snapshot.status(system.code),
        judged=snapshot.states.get(system.code),
        now=_now(reading, snapshot.at_s),
        light=light,
        battery_flow=battery_flow,
        days=hari,
        choices=tuple(CELL_S),
        curves=curves(at, found),
        forecast=snapshot.forecasts.get(system.code),
        tickets=tickets_of_system(services.book, system.code)[:TICKETS_SHOWN],
        due_of=lambda t: due_of(t, snapshot.at_s, timezone),
        words=lambda t: words_of(t.fault, services.detectors),
        devices=_devices(snapshot, system),
    )


def _now(reading: Reading | None, now_s: float) -> Now | None:
    return None if reading is None else Now(reading, age_of(reading.time_s, now_s))


def _devices(snapshot: Snapshot, system: System) -> list[object]:
    """The devices a system had, the newest first."""
    return list(reversed(snapshot.fleet.by_system.get(system.code, ())))


def curves(at: Window, found: History) -> Curves:
    """Charts of what was measured, thinned to the last reading of every cell of the window."""
    kept = last_in_cell(found.time_s, at.cell_s)
    run = runs(found.time_s)[kept]
    thin = found.take(kept)
    charts = {
        name: curve(
            at, Trace(thin.time_s, thin[name], run), from_zero=not name.endswith("voltage_v")
        )
        for name in DRAWN
        if thin.measured(name)
    }
    rows = [
        Reading(str(serial), int(time_s), values, 0)
        for serial, time_s, values in zip(thin.serial, thin.time_s, thin.values, strict=True)
    ]
    return Curves(at, charts, tuple(reversed(rows)))
