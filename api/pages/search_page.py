"""``/cari``: from what a person typed to a house, or a friendly word why not."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import ViewDep
from api.fleet.service import known_system
from api.fleet.snapshot import Snapshot
from api.pages.render import render_page
from api.problems.catalogue import ProblemError
from collector.domain.device import System

router = APIRouter()

MOST_SHOWN = 20
FEWEST_TYPED = 2


@router.get("/cari")
def search(
    request: Request, view: ViewDep, q: Annotated[str, Query(max_length=80)] = ""
) -> Response:
    """A right code leads straight to its house; a part of one lists what fits."""
    snapshot = view.now()
    asked = q.strip()
    if not asked:
        return _page(request, asked, [], None)
    code = _of_serial(snapshot, asked)
    try:
        code = code or known_system(snapshot, asked).code
    except ProblemError as error:
        likely = alike(snapshot, asked)
        return _page(request, asked, likely, error)
    return RedirectResponse(f"/rumah/{code}", 303)


def _page(
    request: Request, asked: str, likely: list[System], error: ProblemError | None
) -> Response:
    missing = error is not None and not likely
    return render_page(
        request,
        "search.html",
        status_code=404 if missing else 200,
        section="",
        query=asked,
        likely=likely,
        error=error,
    )


def _of_serial(snapshot: Snapshot, asked: str) -> str | None:
    """The house a device stands in now, when its serial was typed."""
    system = snapshot.fleet.system_at(asked.upper(), snapshot.at_s)
    return system.code if system else None


def alike(snapshot: Snapshot, asked: str) -> list[System]:
    """Houses whose code holds what was typed, or differs from it in one character."""
    typed = _bare(asked)
    if len(typed) < FEWEST_TYPED:
        return []
    found = []
    for system in snapshot.fleet.systems:
        code = _bare(system.code)
        near = len(code) == len(typed) and _differences(code, typed) == 1
        if near or typed in code:
            found.append(system)
    return found[:MOST_SHOWN]


def _bare(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))
