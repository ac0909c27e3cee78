"""``/sistem``: systems of a village or in a state, a page at a time."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from analytics.tickets.ticket import SystemStatus
from api.dependencies import ServicesDep, ViewDep
from api.fleet.service import SystemFilter, count_by_status, find_systems, known_village
from api.fleet.snapshot import Snapshot
from api.pages.render import render_page
from api.tickets.words import words_of

router = APIRouter()

PAGE_SIZE = 40


@router.get("/sistem")
def systems(
    request: Request,
    services: ServicesDep,
    view: ViewDep,
    desa: Annotated[str, Query(max_length=80)] = "",
    keadaan: SystemStatus | None = None,
    dari: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """By house code; ``dari`` is the code after which the page begins."""
    snapshot = view.now()
    village = known_village(snapshot, desa) if desa else None
    wanted = SystemFilter(village.name if village else None, keadaan)
    page = find_systems(snapshot, wanted, dari, PAGE_SIZE)
    faults = {
        system.code: [
            words_of(t.fault, services.detectors).title
            for t in snapshot.tickets_of.get(system.code, ())
        ]
        for system in page.items
    }
    asked = {"desa": village.name if village else "", "keadaan": keadaan or ""}
    return render_page(
        request,
        "systems.html",
        section="fleet",
        village=village,
        status=keadaan,
        choices=_choices(snapshot, village.name if village else ""),
        page=page,
        faults=faults,
        status_of=snapshot.status,
        first_page=not dari,
        next_page=_address({**asked, "dari": page.next_cursor}) if page.next_cursor else "",
        start_page=_address(asked),
    )


def _choices(snapshot: Snapshot, village: str) -> list[tuple[SystemStatus | None, int, str]]:
    """(state or None for all, how many, address) for every state that somebody is in."""
    systems = snapshot.systems_of[village] if village else snapshot.fleet.systems
    counts: list[tuple[SystemStatus | None, int]] = [(None, len(systems))]
    counts += [(s, n) for s, n in count_by_status(snapshot, systems).items() if n]
    return [(s, n, _address({"desa": village, "keadaan": s or ""})) for s, n in counts]


def _address(parameters: dict[str, str]) -> str:
    return "/sistem?" + urlencode({k: v for k, v in parameters.items() if v})
