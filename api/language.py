"""Which of the two languages a request wants: Indonesian unless it says otherwise."""

from typing import Literal, cast

from starlette.requests import Request

LanguageCode = Literal["id", "en"]
LANGUAGES: tuple[LanguageCode, ...] = ("id", "en")
COOKIE = "lang"
COOKIE_AGE_S = 365 * 86_400


def language_of(request: Request) -> LanguageCode:
    """``?lang=`` first, then the cookie that remembers it, else Indonesian.

    The browser's own language is not asked: most phones here are set to English by accident.
    """
    for said in (request.query_params.get(COOKIE), request.cookies.get(COOKIE)):
        if said in LANGUAGES:
            return cast("LanguageCode", said)
    return "id"
