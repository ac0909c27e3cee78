"""What a dead letter's reason means, and what a person can do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """A reason that contains ``part`` (lower case) means this."""

    part: str
    meaning: str
    remedy: str


MEANINGS = (
    Meaning(
        "serial not assigned",
        "The registry knows no system that this device was measuring at that time.",
        "Enter the device (./suluh import FILE), or correct its dates, then replay the letter.",
    ),
    Meaning(
        "may not speak for",
        "The sender is not the device itself nor the gateway that the registry names for it.",
        "Correct the gateway in the registry and replay, or look for a copied credential.",
    ),
    Meaning(
        "wrong clock",
        "The device's clock was wrong, and its readings have no number, or one that stands for "
        "another reading: nothing tells when they were taken.",
        "Set the device's clock. Mend the times in a copy of the message and replay that.",
    ),
    Meaning(
        "value outside its range",
        "A value cannot be real (a broken sensor, a wrong scale). It was left out; the rest of the "
        "reading is stored.",
        "Look at the sensor and at the controller's map. There is nothing to store again.",
    ),
    Meaning(
        "the store refuses",
        "The store of readings would not take it as it is.",
        "Read what the store said; replay once its schema or settings are mended.",
    ),
    Meaning(
        "rows in a message",
        "The message is larger than agreed (2,000 rows, 192 KB).",
        "Let the gateway send smaller batches; split a copy and replay the parts.",
    ),
    Meaning(
        "data format",
        "No data format of that number is known here.",
        "Add its file to collector/wire/formats, then replay.",
    ),
)
OTHERWISE = Meaning(
    "cannot be read",
    "The message could not be read as a payload.",
    "Compare it with collector/wire/README.md; mend a copy and replay it with --file.",
)


def meaning_of(reason: str) -> Meaning:
    """What a reason means; the general advice for one that is not listed."""
    words = reason.lower()
    return next((m for m in MEANINGS if m.part in words), OTHERWISE)
