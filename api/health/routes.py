"""GET /healthz: the process lives. /readyz: it can serve, and if not, why. /metrics: numbers."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from analytics.detectors.detector import Text
from api.dependencies import ServicesDep
from api.health.metrics import exposition
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


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, services: ServicesDep) -> Response:
    """For Prometheus; totals of the programme, nobody's own."""
    told = exposition(services, request.app.state.answers)
    return Response(told, headers={"Content-Type": CONTENT_TYPE_LATEST})
