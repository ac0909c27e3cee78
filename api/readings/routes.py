"""GET /api/v1/fields and the readings of a system."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from analytics.detectors.detector import Text
from api.dependencies import ServicesDep, ViewDep
from api.fleet.service import known_system
from api.problems.catalogue import INVALID_REQUEST, ProblemError
from api.problems.schemas import MISSING
from api.readings.schemas import FieldsOut, HistoryOut, LatestOut
from api.readings.service import history, latest_reading
from collector.domain.clock import utc
from collector.domain.fields import FIELD_INDEX, FIELD_NAMES

router = APIRouter(prefix="/api/v1", tags=["readings"])

LONGEST_WINDOW = timedelta(days=31)
DEFAULT_WINDOW = timedelta(days=1)
FIRST_TIME = datetime(2000, 1, 1, tzinfo=UTC)
LAST_TIME = datetime(2100, 1, 1, tzinfo=UTC)

Moment = Annotated[
    AwareDatetime | None,
    Query(description="ISO 8601 with a zone", examples=["2026-11-22T00:00:00Z"]),
]


@router.get("/fields", summary="The nomenclature: every quantity, its unit, range and meaning")
def fields() -> FieldsOut:
    """What `columns` and `values` are named by."""
    return FieldsOut.table()


@router.get("/systems/{code}/readings/latest", summary="The newest reading", responses=MISSING)
def latest(services: ServicesDep, view: ViewDep, code: str) -> LatestOut:
    """Of a system; `time` is null when it never sent any."""
    fleet = view.now().fleet
    system = known_system(view.now(), code)
    return LatestOut.of(system.code, latest_reading(services.store, fleet, system.code))


@router.get(
    "/systems/{code}/readings", summary="Readings of a window, as columns", responses=MISSING
)
def window(
    services: ServicesDep,
    view: ViewDep,
    code: str,
    start: Moment = None,
    end: Moment = None,
    field: Annotated[list[str] | None, Query(examples=[["battery_voltage_v"]])] = None,
) -> HistoryOut:
    """`start <= time < end`, at most 31 days; by default the last 24 hours and all quantities."""
    snapshot = view.now()
    system = known_system(snapshot, code)
    span = _window(start, end, services.clock())
    wanted = _fields(field)
    found = history(
        services.store,
        snapshot.fleet,
        system.code,
        int(span[0].timestamp()),
        int(span[1].timestamp()),
    )
    return HistoryOut.of(system.code, span, found, wanted)


def _window(
    start: datetime | None, end: datetime | None, now_s: float
) -> tuple[datetime, datetime]:
    last = end or (start + DEFAULT_WINDOW if start and start < LAST_TIME else utc(now_s))
    first = start or (last - DEFAULT_WINDOW if last > FIRST_TIME else FIRST_TIME)
    if not FIRST_TIME <= first <= last <= LAST_TIME:
        raise ProblemError(
            INVALID_REQUEST,
            Text(
                "start harus sebelum end, keduanya di antara tahun 2000 dan 2100.",
                "start must be before end, both between the years 2000 and 2100.",
            ),
        )
    if last - first > LONGEST_WINDOW:
        raise ProblemError(
            INVALID_REQUEST,
            Text(
                "Jangka waktu paling lama 31 hari; bagi menjadi beberapa permintaan.",
                "The window is at most 31 days; split it into several requests.",
            ),
        )
    return first, last


def _fields(asked: list[str] | None) -> list[str]:
    unknown = [name for name in asked or () if name not in FIELD_INDEX]
    if unknown:
        raise ProblemError(
            INVALID_REQUEST,
            Text(
                f"Besaran ini tidak dikenal: {', '.join(unknown)}. Lihat /api/v1/fields.",
                f"No such quantity: {', '.join(unknown)}. See /api/v1/fields.",
            ),
        )
    return list(dict.fromkeys(asked)) if asked else list(FIELD_NAMES)
