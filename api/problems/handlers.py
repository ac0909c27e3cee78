"""Errors become problem+json for programs and a plain page for people, in their language."""

from collections.abc import Mapping

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from analytics.detectors.detector import Text
from api.language import language_of
from api.pages.render import render_page
from api.problems.catalogue import (
    BY_STATUS,
    INTERNAL,
    INVALID_REQUEST,
    UNAVAILABLE,
    Problem,
    ProblemError,
)
from api.problems.schemas import MEDIA_TYPE
from api.security_headers import SECURITY_HEADERS

RETRY_AFTER_S = 15
log = structlog.get_logger(__name__)


def answer(
    request: Request,
    problem: Problem,
    detail: Text,
    headers: Mapping[str, str] | None = None,
    **extras: object,
) -> Response:
    """The problem as this caller reads it: a page for people, problem+json under /api."""
    path = request.url.path
    language = language_of(request)
    if path.startswith("/api/") or path in {"/healthz", "/readyz"}:
        body = {
            "type": problem.type,
            "title": problem.title.said(language),
            "status": problem.status,
            "detail": detail.said(language),
            "instance": path,
            **extras,
        }
        return JSONResponse(body, problem.status, dict(headers or {}), MEDIA_TYPE)
    return render_page(
        request,
        "problem.html",
        status_code=problem.status,
        headers=headers,
        problem=problem,
        detail=detail,
        asked=str(extras.get("asked", "")),
    )


def install(app: FastAPI, unavailable: tuple[type[Exception], ...]) -> None:
    """Register every handler on the application."""
    app.add_exception_handler(ProblemError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _internal)
    for error in unavailable:
        app.add_exception_handler(error, _unavailable)


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101
    return answer(request, error.problem, error.detail, None, **error.extras)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = [
        {"where": ".".join(str(part) for part in each["loc"]), "message": str(each["msg"])}
        for each in error.errors()
    ]
    named = ", ".join(e["where"].removeprefix("query.").removeprefix("path.") for e in errors)
    detail = Text(f"Isian ini tidak dapat dipakai: {named}.", f"These cannot be used: {named}.")
    return answer(request, INVALID_REQUEST, detail, errors=errors)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    problem = BY_STATUS.get(error.status_code, INVALID_REQUEST)
    return answer(request, problem, problem.remedy, error.headers)


async def _unavailable(request: Request, error: Exception) -> Response:
    log.warning("out_of_reach", path=request.url.path, error=type(error).__name__)
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return answer(request, UNAVAILABLE, UNAVAILABLE.remedy, headers)


async def _internal(request: Request, error: Exception) -> Response:
    # The server's own error layer logs the traceback; it stands outside of our middleware.
    log.error("internal_error", path=request.url.path, error=type(error).__name__)
    return answer(request, INTERNAL, INTERNAL.remedy, SECURITY_HEADERS)
