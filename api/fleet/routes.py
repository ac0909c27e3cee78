"""GET /api/v1/villages and /api/v1/systems."""

from typing import Annotated

from fastapi import APIRouter, Query

from analytics.tickets.ticket import SystemStatus
from api.dependencies import ViewDep
from api.fleet.schemas import SystemOut, SystemsOut, VillageOut, VillagesOut
from api.fleet.service import SystemFilter, find_systems, known_system, village_rows
from api.problems.schemas import INVALID, MISSING
from collector.domain.device import Kind

router = APIRouter(prefix="/api/v1", tags=["fleet"])


@router.get("/villages", summary="All villages with counts by state")
def villages(view: ViewDep) -> VillagesOut:
    """Villages with overdue and open tickets come first."""
    rows = village_rows(view.now(), view.newest_s())
    return VillagesOut(items=[VillageOut.of(row) for row in rows])


@router.get("/systems", summary="Systems with their state", responses=INVALID)
def systems(
    view: ViewDep,
    village: Annotated[str | None, Query(max_length=80, examples=["Oemaman"])] = None,
    status: SystemStatus | None = None,
    kind: Kind | None = None,
    cursor: Annotated[str, Query(max_length=40, description="`next_cursor` of a page")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> SystemsOut:
    """By ascending house code, a page at a time."""
    snapshot = view.now()
    page = find_systems(snapshot, SystemFilter(village, status, kind), cursor, limit)
    return SystemsOut(
        items=[SystemOut.of(system, snapshot) for system in page.items],
        total=page.total,
        next_cursor=page.next_cursor,
    )


@router.get("/systems/{code}", summary="One system", responses=MISSING)
def system(view: ViewDep, code: str) -> SystemOut:
    """By house code, in any case and with any separators."""
    snapshot = view.now()
    return SystemOut.of(known_system(snapshot, code), snapshot)
