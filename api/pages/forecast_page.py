"""``/prakiraan``: which batteries will fail next, and how many to plan for in each village."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import ViewDep
from api.forecasts.service import expected, outlooks
from api.pages.render import render_page

router = APIRouter()

PAGE_SIZE = 30
LISTED_FROM = 0.05
"""Less likely systems are counted, not listed: ten times the usual rate is worth a look [K]."""


@router.get("/prakiraan")
def forecasts(
    request: Request,
    view: ViewDep,
    desa: Annotated[str, Query(max_length=80)] = "",
    hal: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The likeliest to go dark within eight weeks first; a page at a time."""
    snapshot = view.now()
    found = outlooks(snapshot, desa or None)
    listed = [o for o in found if o.forecast.p_dark_8w >= LISTED_FROM and not o.forecast.few_data]
    pages = max(1, -(-len(listed) // PAGE_SIZE))
    page = min(hal, pages)
    newest = max(found, key=lambda o: o.forecast.as_of_s, default=None)

    def address(number: int) -> str:
        parameters = {k: v for k, v in {"desa": desa, "hal": number}.items() if v}
        return f"/prakiraan?{urlencode(parameters)}"

    return render_page(
        request,
        "forecasts.html",
        section="forecasts",
        now_s=snapshot.at_s,
        village=desa,
        villages=sorted(snapshot.fleet.villages),
        total=len(found),
        few=sum(o.forecast.few_data for o in found),
        expected=expected(found)[1],
        as_of_s=newest.forecast.as_of_s if newest else None,
        timezone=snapshot.village(newest.system).timezone if newest else "Asia/Makassar",
        from_percent=100 * LISTED_FROM,
        listed=len(listed),
        outlooks=listed[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        tickets_of=snapshot.tickets_of,
        page=page,
        pages=pages,
        address=address,
    )
