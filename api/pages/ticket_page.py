"""``/pekerjaan/{number}``: one ticket, why it was opened, what to check and what to bring."""

import re

from fastapi import APIRouter, Request, Response

from analytics.prognosis.system_forecast import SystemForecast
from analytics.tickets.ticket import Ticket
from api import words
from api.dependencies import ServicesDep, ViewDep
from api.fleet.snapshot import Snapshot
from api.language import language_of
from api.pages.render import render_page
from api.pages.sparkline import sparkline
from api.tickets.service import due_of, known_ticket, tickets_of_system
from api.tickets.words import said, words_of

router = APIRouter()

OTHERS_SHOWN = 5


@router.get("/pekerjaan/{number}")
def ticket(request: Request, services: ServicesDep, view: ViewDep, number: int) -> Response:
    """With its evidence, a week of curves against the healthy neighbours, and its history."""
    snapshot = view.now()
    found = known_ticket(services.book, number)
    system = snapshot.fleet.by_code.get(found.system)
    if system is None:
        timezone, drawing = "Asia/Makassar", None
    else:
        timezone = snapshot.village(system).timezone
        drawing = sparkline(services.store, snapshot, system, found.fault)
    fault = words_of(found.fault, services.detectors)
    others = [t for t in tickets_of_system(services.book, found.system) if t.number != number]
    return render_page(
        request,
        "ticket.html",
        section="jobs",
        now_s=snapshot.at_s,
        ticket=found,
        system=system,
        timezone=timezone,
        fault=fault,
        due=due_of(found, snapshot.at_s, timezone),
        steps=steps(said(fault.check, found, language_of(request))),
        said=said,
        spark=drawing,
        forecast=_forecast(snapshot, found),
        events=services.book.events(number),
        event_words=words.EVENT_WORDS,
        serial=_serial(snapshot, found),
        others=others[:OTHERS_SHOWN],
        words=lambda t: words_of(t.fault, services.detectors),
    )


def _forecast(snapshot: Snapshot, ticket: Ticket) -> SystemForecast | None:
    """What is foreseen for an open job on a battery; of others it would tell nothing."""
    about_battery = ticket.is_open and ticket.fault.startswith("battery_")
    return snapshot.forecasts.get(ticket.system) if about_battery else None


def _serial(snapshot: Snapshot, ticket: Ticket) -> str:
    device = snapshot.device_now(ticket.system)
    return device.serial if device else ""


def steps(text: str) -> list[str]:
    """The check as steps: its lines, or its sentences where it has only one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != 1:
        return lines
    return [s for s in re.split(r"(?<=[.;!?])\s+(?=[A-Z0-9])", lines[0]) if s]
