"""GET /api/v1/forecasts."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import ViewDep
from api.forecasts.schemas import OutlookOut, OutlooksOut
from api.forecasts.service import after, cursor_of, expected, outlooks
from api.problems.schemas import INVALID

router = APIRouter(prefix="/api/v1", tags=["forecasts"])


@router.get("/forecasts", summary="Batteries that will fail next", responses=INVALID)
def forecasts(
    view: ViewDep,
    village: Annotated[str | None, Query(max_length=80, examples=["Oemaman"])] = None,
    cursor: Annotated[str, Query(max_length=80, description="`next_cursor` of a page")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> OutlooksOut:
    """By falling probability of going dark within 8 weeks, a page at a time.

    The model was fitted to simulated fleets: trust the order more than the numbers.
    """
    found = outlooks(view.now(), village)
    left = after(found, cursor)
    four, eight = expected(found)
    page = left[:limit]
    return OutlooksOut(
        items=[OutlookOut.of(outlook) for outlook in page],
        total=len(found),
        expected_dark_4w=four,
        expected_dark_8w=eight,
        next_cursor=cursor_of(page[-1]) if len(left) > limit else None,
    )
