"""Which code computed the kept indicators: another code, and they are computed anew."""

from functools import cache
from hashlib import blake2b
from pathlib import Path

import analytics.indicators
import analytics.load
import analytics.quality

_SIZE = 8


@cache
def code_version() -> str:
    """A fingerprint of all that turns readings into indicators: quality, indicators, loading.

    It is taken of the files themselves: nobody has to remember to raise a number, and kept values
    can never be those of another equation. A changed comment costs one computation of the past.
    """
    told = blake2b(digest_size=_SIZE)
    for package in (analytics.quality, analytics.indicators):
        for path in sorted(Path(package.__path__[0]).glob("*.py")):
            told.update(path.name.encode() + b"\0" + path.read_bytes())
    told.update(Path(analytics.load.__file__).read_bytes())
    return told.hexdigest()
