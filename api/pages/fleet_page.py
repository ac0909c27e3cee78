"""``/``: the whole fleet by state, and the villages as rows."""

from collections import Counter
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from analytics.tickets.ticket import SystemStatus
from api.dependencies import ViewDep
from api.fleet.service import VillageRow, count_by_status, village_rows
from api.pages.render import render_page

router = APIRouter()

ALWAYS_SHOWN = (SystemStatus.OK, SystemStatus.WATCH, SystemStatus.FAULT, SystemStatus.SILENT)


@router.get("/")
def fleet(request: Request, view: ViewDep) -> Response:
    """Counts by state and all villages, those with the most urgent work first."""
    snapshot = view.now()
    rows = village_rows(snapshot, view.newest_s())
    counts = count_by_status(snapshot, snapshot.fleet.systems)
    return render_page(
        request,
        "fleet.html",
        section="fleet",
        now_s=snapshot.at_s,
        total=len(snapshot.fleet.systems),
        counts={s: n for s, n in counts.items() if n or s in ALWAYS_SHOWN},
        rows=rows,
        open_tickets=sum(r.open_tickets for r in rows),
        overdue=sum(r.overdue for r in rows),
        newest_s=max((r.newest_s for r in rows if r.newest_s is not None), default=None),
        timezone=main_timezone(rows),
    )


def main_timezone(rows: Sequence[VillageRow]) -> str:
    """The zone most systems live in; times of the whole fleet are told in it."""
    systems: Counter[str] = Counter()
    for row in rows:
        systems[row.village.timezone] += row.systems
    return systems.most_common(1)[0][0] if systems else "Asia/Makassar"
