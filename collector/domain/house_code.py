"""House codes: a village prefix, a number and a check character, as in ``OEM-0142-0``.

The check character (ISO 7064, mod 37,36) catches every single mistyped character and nearly every
swap of two neighbours, so that a code read over the phone or typed into an SMS is right or refused.
"""

import re

from stdnum.iso7064 import mod_37_36

_SHAPE = re.compile(r"([A-Z]{2,4})[\s._-]*([0-9]{4,6})[\s._-]*([0-9A-Z])")
_PREFIX = re.compile(r"[A-Z]{2,4}")


class HouseCodeError(ValueError):
    """What was typed is no house code; ``mistyped`` tells a wrong check from a wrong shape."""

    def __init__(self, text: str, *, mistyped: bool) -> None:
        self.mistyped = mistyped
        what = (
            "a character is mistyped: compare it with the label on the house"
            if mistyped
            else "it must look like OEM-0142-0: village letters, number, check character"
        )
        super().__init__(f"{text!r} is not a house code; {what}")


def house_code(prefix: str, number: int) -> str:
    """The code of a village's house, its check character worked out.

    ``prefix`` is 2-4 capital letters, ``number`` 1..999999. Raises ValueError otherwise.
    """
    if not _PREFIX.fullmatch(prefix) or not 1 <= number <= 999_999:
        raise ValueError(f"no house code can be made of {prefix!r} and {number}")
    digits = f"{number:04d}"
    return f"{prefix}-{digits}-{mod_37_36.calc_check_digit(prefix + digits)}"


def read_house_code(text: str) -> str:
    """The code as we write it, from what a person typed: any case, any separators.

    Raises HouseCodeError when the shape or the check character is wrong.
    """
    found = _SHAPE.fullmatch(text.strip().upper())
    if not found:
        raise HouseCodeError(text, mistyped=False)
    prefix, digits, check = found.groups()
    if mod_37_36.calc_check_digit(prefix + digits) != check:
        raise HouseCodeError(text, mistyped=True)
    return f"{prefix}-{digits}-{check}"
