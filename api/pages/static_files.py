"""Style sheet and mark: named by their content, so that a phone fetches them once."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC_PATH = "/static"
FOLDER = Path(__file__).parent / "static"
_KEPT = "public, max-age=31536000, immutable"


class _KeptFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if b"v=" in scope.get("query_string", b""):
            response.headers["Cache-Control"] = _KEPT
        return response


def static_files() -> StaticFiles:
    """The application that serves them."""
    return _KeptFiles(directory=FOLDER)


@cache
def static_url(name: str) -> str:
    """The address of a file; it changes when the file does."""
    digest = hashlib.blake2b((FOLDER / name).read_bytes(), digest_size=6).hexdigest()
    return f"{STATIC_PATH}/{name}?v={digest}"
