"""GET /api/v1/ledger: what became of every reading."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import WITHOUT_NUL, ServicesDep
from api.ledger.schemas import (
    AccountOut,
    DeviceAccountOut,
    DeviceAccountsOut,
    TrafficOut,
    TrafficsOut,
)
from api.problems.schemas import INVALID
from collector.ledger.port import month_of

router = APIRouter(prefix="/api/v1", tags=["ledger"])


@router.get("/ledger", summary="What became of every reading", responses=INVALID)
def ledger(
    services: ServicesDep,
    serial: Annotated[
        str | None, Query(max_length=64, pattern=WITHOUT_NUL, examples=["KPK-0142"])
    ] = None,
) -> AccountOut:
    """Sent = stored + dead letters + spooled + at the device + lost, of all devices or of one."""
    return AccountOut.of(services.books.account(None if serial is None else [serial]))


@router.get("/ledger/devices", summary="The account of each device", responses=INVALID)
def devices(
    services: ServicesDep,
    cursor: Annotated[
        str, Query(max_length=64, pattern=WITHOUT_NUL, description="`next_cursor` of a page")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> DeviceAccountsOut:
    """By ascending serial, a page at a time."""
    found = services.books.devices(cursor, limit + 1)
    more = len(found) > limit
    return DeviceAccountsOut(
        items=[DeviceAccountOut.of(device) for device in found[:limit]],
        next_cursor=found[limit - 1].serial if more else None,
    )


@router.get("/ledger/traffic", summary="Bytes of each publisher in a month", responses=INVALID)
def traffic(
    services: ServicesDep,
    month: Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$", examples=["2026-11"])] = "",
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
) -> TrafficsOut:
    """Of the present month (UTC) unless another is asked for; who sent most comes first."""
    asked = month or month_of(services.clock())
    found = services.books.traffic(asked, limit)
    return TrafficsOut(month=asked, items=[TrafficOut.of(sent, services.plan_mb) for sent in found])
