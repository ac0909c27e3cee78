"""GET /healthz: the process lives. GET /readyz: it can serve, and if not, why."""

from fastapi import APIRouter

from analytics.detectors.detector import Text
from api.dependencies import ServicesDep
from api.health.schemas import HealthOut, ReadyOut
from api.health.service import readiness
from api.problems.catalogue import UNAVAILABLE, ProblemError

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Does the process answer?")
def healthz() -> HealthOut:
    """Asks nothing else, so that a slow store never restarts the process."""
    return HealthOut(status="ok")


@router.get("/readyz", summary="Can it serve?")
def readyz(services: ServicesDep) -> ReadyOut:
    """200 when the store of readings and the database answer, else 503 naming what does not."""
    checks = dict(readiness(services))
    failed = [name for name, said in checks.items() if said != "ok"]
    if failed:
        named = ", ".join(failed)
        raise ProblemError(
            UNAVAILABLE,
            Text(f"Tidak menjawab: {named}.", f"Does not answer: {named}."),
            checks=checks,
        )
    return ReadyOut(status="ready", checks=checks)
