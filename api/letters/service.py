"""Dead letters by their number."""

from analytics.detectors.detector import Text
from api.problems.catalogue import UNKNOWN_LETTER, ProblemError
from api.services import Services
from collector.ingest.dead_letters import DeadLetter, LetterFilter

HIGHEST_ID = 2**31 - 1
"""Ids are 32-bit in the database."""


def find_letters(services: Services, wanted: LetterFilter) -> tuple[list[DeadLetter], int | None]:
    """A page of letters, and where the next one begins."""
    found = services.dead_letters.find(wanted) if services.dead_letters else []
    more = len(found) == wanted.limit
    return found, found[-1].id if more else None


def known_letter(services: Services, letter_id: int) -> DeadLetter:
    """One letter. Raises ProblemError."""
    letter = services.dead_letters.get(letter_id) if services.dead_letters else None
    if letter is None:
        said = Text(f"Tidak ada surat {letter_id}.", f"There is no letter {letter_id}.")
        raise ProblemError(UNKNOWN_LETTER, said)
    return letter
