"""VE.Direct text: what a Victron charger sends once a second by itself, 19200 baud.

A frame is lines of label, tab and value; its last line is ``Checksum`` and one byte that makes the
sum of all its bytes a multiple of 256. Answers of another protocol (``:`` and hexadecimal digits
up to the end of a line) may come in between, and whoever begins to listen hears the end of a frame
first. What stands in a frame of a wrong sum is forgotten.
"""

from collections.abc import Iterator, Mapping

from collector.controllers.controller_map import Address, ControllerMap, Words
from collector.controllers.decode import raw_words
from collector.controllers.texts import decode_texts, encode_text

BAUD = 19200
_CHECKSUM = "Checksum"
_END = b"\r\nChecksum\t"
_LONGEST_FRAME = 2048
"""Bytes without a checksum after which what was heard is no frame; real ones have some 200."""
_SWITCH = {"OFF": 0, "ON": 1}

Fields = Mapping[str, str]
"""Label -> value of one frame."""


class FrameReader:
    """Whole frames from bytes as they come. Every frame is a fresh mapping."""

    def __init__(self) -> None:
        self._frame = bytearray()
        self._in_hex = False
        self._whole = False

    def feed(self, data: bytes) -> Iterator[Fields]:
        """Take bytes; the frames that they complete and whose checksum is right."""
        for byte in data:
            if self._skipped(byte):
                continue
            self._frame.append(byte)
            if self._frame[-len(_END) - 1 : -1] == _END:
                frame, whole = bytes(self._frame), self._whole
                self._frame, self._whole = bytearray(), True
                if whole and sum(frame) % 256 == 0:
                    yield _fields(frame)
            elif len(self._frame) > _LONGEST_FRAME:
                self._begin_anew()

    def _begin_anew(self) -> None:
        """Forget what was heard; the next whole frame begins after the next checksum."""
        self._frame.clear()
        self._whole = False

    def _skipped(self, byte: int) -> bool:
        """Whether the byte is of the other protocol, from a colon to the end of its line."""
        if self._in_hex:
            self._in_hex = byte != ord("\n")
            return True
        # The byte after the label may be a colon and is the checksum all the same.
        self._in_hex = byte == ord(":") and not self._frame.endswith(_END)
        if self._in_hex and self._frame:
            self._begin_anew()
        return self._in_hex


def _fields(frame: bytes) -> Fields:
    lines = frame.decode("latin-1").split("\r\n")
    pairs = (line.split("\t", 1) for line in lines if "\t" in line)
    return {label: value for label, value in pairs if label != _CHECKSUM}


def frame_of(fields: Fields) -> bytes:
    """The bytes a charger sends for these fields."""
    body = "".join(f"\r\n{label}\t{value}" for label, value in fields.items())
    unsummed = body.encode("latin-1") + _END
    return unsummed + bytes([-sum(unsummed) % 256])


def words_of(controller: ControllerMap, fields: Fields) -> Words:
    """A frame as words by the map's labels; what it lacks, or what is no number, is absent."""
    words: dict[Address, int] = {}
    for register in controller.registers:
        number = _number(fields.get(register.label, ""), register.type)
        if number is not None:
            words[register.function, register.address] = number
    for text in controller.texts:
        if text.label in fields:
            words |= encode_text(text, fields[text.label])
    return words


def fields_of(controller: ControllerMap, words: Words) -> Fields:
    """The reverse of ``words_of``: every field of the map that has words."""
    spelled = decode_texts(controller, words)
    fields = {t.label: spelled[t.name] for t in controller.texts if t.name in spelled}
    for register in controller.registers:
        if (raw := raw_words(register, words)) is not None:
            fields[register.label] = _said(raw[0], register.type)
    return fields


def _number(value: str, kind: str) -> int | None:
    if kind == "text_switch":
        return _SWITCH.get(value)
    try:
        return int(value, 16 if kind == "text_hex" else 10)
    except ValueError:
        return None


def _said(raw: int, kind: str) -> str:
    if kind == "text_switch":
        return "ON" if raw else "OFF"
    return f"0x{raw:04X}" if kind == "text_hex" else str(raw)
