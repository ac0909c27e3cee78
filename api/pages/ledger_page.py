"""``/data``: what became of every reading, whose are missing, and what the links cost."""

from fastapi import APIRouter, Request, Response

from api.dependencies import ServicesDep, ViewDep
from api.pages.render import render_page
from collector.ledger.port import month_of

router = APIRouter()

SHOWN = 30


@router.get("/data")
def ledger(request: Request, services: ServicesDep, view: ViewDep) -> Response:
    """The account of all, the devices with the largest gaps, the dearest links of this month."""
    snapshot = view.now()
    counted = services.books.account(None)
    month = month_of(snapshot.at_s)
    troubled = services.books.troubled(SHOWN)
    histories = {d.serial: snapshot.fleet.by_serial.get(d.serial) for d in troubled}
    return render_page(
        request,
        "ledger.html",
        section="data",
        now_s=snapshot.at_s,
        account=counted.account,
        unnumbered=counted.unnumbered,
        unread=counted.unread,
        troubled=troubled,
        traffic=services.books.traffic(month, SHOWN),
        month=month,
        plan_mb=services.plan_mb,
        house={serial: past[-1].system for serial, past in histories.items() if past},
    )
