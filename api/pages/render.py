"""Templates to answers, in the language of the request."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api import words
from api.language import COOKIE, COOKIE_AGE_S, LANGUAGES, LanguageCode, language_of
from api.pages.catalogue import translations
from api.pages.formats import Formats
from api.pages.static_files import static_url

TEMPLATES = Path(__file__).parent / "templates"


@cache
def formats(language: LanguageCode) -> Formats:
    """How numbers and times are written in a language."""
    return Formats(language, translations(language))


@cache
def environment(language: LanguageCode) -> Environment:
    """The templates of one language; everything is escaped, unknown names are errors."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # Part of the i18n extension, added to the environment when it loads.
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "f": formats(language),
        "lang": language,
        "static_url": static_url,
        "status_words": words.STATUS_WORDS,
        "status_meaning": words.STATUS_MEANING,
        "ticket_state_words": words.TICKET_STATE_WORDS,
        "kind_words": words.KIND_WORDS,
    }
    made.filters["say"] = lambda text: text.said(language)
    return made


def render_page(
    request: Request,
    template: str,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> Response:
    """The page in the language of the request; a language chosen now is remembered."""
    language = language_of(request)
    body = (
        environment(language)
        .get_template(template)
        .render(
            other_language=_address(request, lang="en" if language == "id" else "id"),
            **{"section": "", "query": "", **values},
        )
    )
    response = HTMLResponse(body, status_code, {"Content-Language": language, **(headers or {})})
    response.headers["Vary"] = "Cookie"
    if request.query_params.get(COOKIE) in LANGUAGES:
        response.set_cookie(COOKIE, language, COOKIE_AGE_S, httponly=True, samesite="lax")
    return response


def _address(request: Request, **changed: str) -> str:
    """The page's own path and query with some parameters changed."""
    url = request.url.include_query_params(**changed)
    return f"{url.path}?{url.query}"
