"""Is Suluh able to serve? Each thing it stands on is asked, cheaply."""

from collections.abc import Callable, Mapping

from api.services import Services

_NO_SERIAL = "-"


def readiness(services: Services) -> Mapping[str, str]:
    """``{"store": "ok" | why not, "database": ...}``; asks for things that are not there."""
    now_s = int(services.clock())
    return {
        "store": _ask(services, lambda: services.store.rows(_NO_SERIAL, now_s - 1, now_s)),
        "database": _ask(services, lambda: services.book.get(0)),
    }


def _ask(services: Services, question: Callable[[], object]) -> str:
    try:
        question()
    except services.unavailable as error:
        # The kind of error only: its text may hold an address or a user name.
        return f"out of reach ({type(error).__name__})"
    return "ok"
