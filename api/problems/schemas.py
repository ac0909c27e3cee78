"""The problem document (RFC 9457) as OpenAPI shows it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.problems.catalogue import (
    INVALID_REQUEST,
    OPERATORS_ONLY,
    UNAVAILABLE,
    UNKNOWN_LETTER,
    UNKNOWN_SYSTEM,
    Problem,
)

MEDIA_TYPE = "application/problem+json"


class InvalidValue(BaseModel):
    """One value of a request that cannot be accepted."""

    where: str = Field(examples=["query.limit"])
    message: str = Field(examples=["Input should be less than or equal to 500"])


class ProblemOut(BaseModel):
    """What went wrong, for people and programs."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="stable; opens a page that explains it")
    title: str
    status: int
    detail: str
    instance: str = Field(description="the path that was asked for")
    errors: list[InvalidValue] | None = None


def _answer(problem: Problem) -> dict[str, Any]:
    example = {
        "type": problem.type,
        "title": problem.title.en,
        "status": problem.status,
        "detail": problem.remedy.en,
        "instance": "/api/v1/systems/OEM-0142-0",
    }
    return {
        "description": problem.title.en,
        "content": {
            MEDIA_TYPE: {"schema": ProblemOut.model_json_schema(), "example": example},
        },
    }


INVALID: dict[int | str, dict[str, Any]] = {422: _answer(INVALID_REQUEST)}
MISSING: dict[int | str, dict[str, Any]] = {404: _answer(UNKNOWN_SYSTEM), **INVALID}
FOR_OPERATORS: dict[int | str, dict[str, Any]] = {
    403: _answer(OPERATORS_ONLY),
    404: _answer(UNKNOWN_LETTER),
    **INVALID,
}
OUT_OF_REACH: dict[int | str, dict[str, Any]] = {503: _answer(UNAVAILABLE)}
