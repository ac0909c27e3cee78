"""GET /api/v1/ledger: what became of every reading."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import ServicesDep
from api.ledger.schemas import AccountOut

router = APIRouter(prefix="/api/v1", tags=["ledger"])


@router.get("/ledger", summary="What became of every reading")
def ledger(
    services: ServicesDep,
    serial: Annotated[str | None, Query(max_length=64, examples=["KPK-0142"])] = None,
) -> AccountOut:
    """Sent = stored + dead letters + spooled + at the device + lost, of all devices or of one."""
    return AccountOut.of(services.account(None if serial is None else [serial]))
