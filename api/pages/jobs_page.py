"""``/pekerjaan``: open tickets by place and deadline, short enough for a 2G link."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from analytics.detectors.detector import Text
from api.dependencies import ServicesDep, ViewDep
from api.pages.render import render_page
from api.problems.catalogue import INVALID_REQUEST, ProblemError
from api.tickets.service import Due, Job, by_place, jobs
from api.tickets.words import said, words_of

router = APIRouter()

PAGE_SIZE = 30
DUE_NAMES = {
    Due.OVERDUE: "terlambat",
    Due.TODAY: "hari-ini",
    Due.WEEK: "minggu-ini",
    Due.LATER: "nanti",
}
_DUE_OF_NAME = {name: due for due, name in DUE_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """Jobs of one hamlet, earliest deadline first."""

    village: str
    hamlet: str
    jobs: tuple[Job, ...]


class JobQuery(BaseModel):
    """Which jobs a person asked for; empty means all of them."""

    desa: str = Field("", max_length=80, description="village")
    gangguan: str = Field("", max_length=80, description="fault code")
    batas: str = Field("", max_length=20, description="one of the deadline buttons")
    hal: int = Field(1, ge=1, le=100_000, description="page")


@router.get("/pekerjaan")
def job_list(
    request: Request,
    services: ServicesDep,
    view: ViewDep,
    asked: Annotated[JobQuery, Query()],
) -> Response:
    """All open jobs, or those of a village, a fault or a deadline; a page at a time."""
    snapshot = view.now()
    due = _due(asked.batas)
    found = jobs(snapshot, asked.desa or None, asked.gangguan or None)
    counts = Counter(job.due for job in found)
    listed = by_place(job for job in found if due is None or job.due is due)
    pages = max(1, -(-len(listed) // PAGE_SIZE))
    page = min(asked.hal, pages)
    filters = {"desa": asked.desa, "gangguan": asked.gangguan, "batas": asked.batas}

    def address(**changed: object) -> str:
        return _address({**filters, **changed})

    return render_page(
        request,
        "jobs.html",
        section="jobs",
        now_s=snapshot.at_s,
        total=len(found),
        listed=len(listed),
        counts={DUE_NAMES[d]: counts[d] for d in Due},
        places=_places(listed[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        villages=sorted(snapshot.fleet.villages),
        faults={fault: words_of(fault, services.detectors).title for fault in _open_faults(view)},
        filters=filters,
        page=page,
        pages=pages,
        address=address,
        words=lambda job: words_of(job.ticket.fault, services.detectors),
        said=said,
        zone=lambda job: snapshot.village(job.system).timezone,
    )


def _open_faults(view: ViewDep) -> list[str]:
    return sorted({t.fault for t in view.now().open_tickets})


def _due(name: str) -> Due | None:
    if not name:
        return None
    if name not in _DUE_OF_NAME:
        raise ProblemError(
            INVALID_REQUEST,
            Text(f"Batas waktu “{name}” tidak dikenal.", f"No such deadline: “{name}”."),
        )
    return _DUE_OF_NAME[name]


def _places(shown: list[Job]) -> list[Place]:
    grouped = groupby(shown, key=lambda job: (job.system.village, job.system.hamlet))
    return [Place(village, hamlet, tuple(group)) for (village, hamlet), group in grouped]


def _address(parameters: dict[str, object]) -> str:
    query = urlencode({k: v for k, v in parameters.items() if v})
    return "/pekerjaan" + (f"?{query}" if query else "")
