"""/api/v1/dead-letters: the list, one with its message, and its second chance. For operators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool

from analytics.detectors.detector import Text
from api.dependencies import ServicesDep
from api.letters.operator import must_be_operator
from api.letters.schemas import ChanceOut, LetterOut, LetterQuery, LettersOut, WholeLetterOut
from api.letters.service import HIGHEST_ID, find_letters, known_letter
from api.problems.catalogue import INVALID_REQUEST, UNAVAILABLE, ProblemError
from api.problems.schemas import FOR_OPERATORS
from collector.ingest.dead_letters import MOST_KEPT_BYTES, LetterFilter

router = APIRouter(
    prefix="/api/v1/dead-letters",
    tags=["dead letters"],
    dependencies=[Depends(must_be_operator)],
    responses=FOR_OPERATORS,
)
LetterId = Annotated[int, Path(ge=1, le=HIGHEST_ID, examples=[12])]
MENDED = {"requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}}
"""A mended message in place of the letter's own; none: its own once more."""


@router.get("", summary="Messages that could not be stored")
def letters(services: ServicesDep, asked: Annotated[LetterQuery, Query()]) -> LettersOut:
    """Oldest first, a page at a time; those that are still open unless asked otherwise."""
    wanted = LetterFilter(
        asked.cursor, asked.limit, asked.publisher, asked.reason, settled_too=asked.settled
    )
    page, next_cursor = find_letters(services, wanted)
    return LettersOut(items=[LetterOut.of(each) for each in page], next_cursor=next_cursor)


@router.get("/{letter_id}", summary="One letter, its message and what to do")
def letter(services: ServicesDep, letter_id: LetterId) -> WholeLetterOut:
    """With the message byte for byte, and its reason explained."""
    return WholeLetterOut.of(known_letter(services, letter_id))


@router.post("/{letter_id}/replay", summary="Store a letter after all", openapi_extra=MENDED)
async def replay(request: Request, services: ServicesDep, letter_id: LetterId) -> ChanceOut:
    """Take its message in again, or a mended one that is sent along; twice does no harm."""
    # Read here and not by the framework, which would do it before it asks who sends.
    mended = bytearray()
    async for part in request.stream():
        mended += part
        if len(mended) > MOST_KEPT_BYTES:
            raise ProblemError(INVALID_REQUEST, Text("Lebih dari 8 MB.", "More than 8 MB."))

    def tried() -> ChanceOut:
        chosen = known_letter(services, letter_id)
        if services.second_chance is None:
            raise ProblemError(UNAVAILABLE, UNAVAILABLE.remedy)
        return ChanceOut.of(services.second_chance(chosen, bytes(mended) or None))

    return await run_in_threadpool(tried)
