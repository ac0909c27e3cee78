"""``/masalah/{slug}``: what a type of problem means and what to do about it."""

from fastapi import APIRouter, Request, Response

from api.pages.render import render_page
from api.problems.catalogue import NOT_FOUND, PROBLEMS, ProblemError

router = APIRouter()


@router.get("/masalah/{slug}")
def problem(request: Request, slug: str) -> Response:
    """The page that the ``type`` of a problem document points to."""
    known = PROBLEMS.get(slug)
    if known is None:
        raise ProblemError(NOT_FOUND, NOT_FOUND.remedy)
    return render_page(request, "problem.html", section="", problem=known, detail=None, asked="")
