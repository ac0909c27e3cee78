"""The application: every route, the errors, and what wraps every answer."""

from collections import Counter

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api.conditional import ConditionalGet
from api.fleet.routes import router as fleet
from api.fleet.snapshot import FleetView
from api.forecasts.routes import router as forecasts
from api.health.metrics import CountAnswers
from api.health.routes import router as health
from api.ledger.routes import router as ledger
from api.letters.routes import router as letters
from api.pages.routes import router as pages
from api.pages.static_files import STATIC_PATH, static_files
from api.problems.handlers import install
from api.problems.schemas import OUT_OF_REACH
from api.readings.routes import router as readings
from api.security_headers import SecurityHeaders
from api.services import Services
from api.tickets.routes import router as tickets

VERSION = "0.1.0"
COMPRESS_FROM_BYTES = 500

_DESCRIPTION = """\
Solar home systems and street lights: who is out there, what they measure, and what needs repair.

Times are UTC (ISO 8601). Quantities are named with their unit; `GET /api/v1/fields` explains them.
`battery_current_a` is positive when charging. A missing number is `null`. Lists are read a page at
a time: pass `next_cursor` as `cursor`. Errors are `application/problem+json` (RFC 9457); their
`type` opens a page that explains them, `?lang=en` gives English. This version has no log-in: it
answers on the machine's own address unless told otherwise, and can only be read. Dead letters are
for operators, who send `Authorization: Bearer` with their token.
"""


def create_app(services: Services) -> FastAPI:
    """Build the application on the given ports; it starts nothing by itself."""
    app = FastAPI(
        title="Suluh",
        version=VERSION,
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=OUT_OF_REACH,
    )
    app.state.services = services
    app.state.view = FleetView(services)
    for router in (fleet, readings, tickets, forecasts, letters, ledger, health, pages):
        app.include_router(router)
    app.mount(STATIC_PATH, static_files(), name="static")
    install(app, services.unavailable)
    # The last added is the outermost.
    app.add_middleware(ConditionalGet)
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESS_FROM_BYTES, compresslevel=6)
    app.add_middleware(SecurityHeaders)
    app.state.answers = Counter()
    app.add_middleware(CountAnswers, answers=app.state.answers)
    return app
