"""Text in registers: two characters a word, or the numbers of a version."""

from collections.abc import Mapping, Sequence

from collector.controllers.controller_map import Address, ControllerMap, Text, Words

TEXT_TYPES = frozenset({"ascii", "version"})


def decode_texts(controller: ControllerMap, words: Words) -> dict[str, str]:
    """What the words spell, by name; a text not all of whose words were read is absent."""
    return {
        text.name: _spell(text, [words[a] for a in text.addresses])
        for text in controller.texts
        if all(a in words for a in text.addresses)
    }


def encode_text(text: Text, said: str) -> dict[Address, int]:
    """The words that spell it; the reverse of ``decode_texts``, padded with blanks."""
    if text.type == "version":
        major, minor, patch = (int(part) for part in said.split("."))
        return dict(zip(text.addresses, [major, minor << 8 | patch], strict=True))
    raw = said.encode("latin-1", "replace").ljust(2 * text.count)[: 2 * text.count]
    pairs = (int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2))
    return dict(zip(text.addresses, pairs, strict=True))


def split(said: Mapping[str, float | str]) -> tuple[dict[str, float], dict[str, str]]:
    """Numbers and texts apart, as ``encode`` takes them."""
    numbers = {name: float(value) for name, value in said.items() if not isinstance(value, str)}
    return numbers, {name: value for name, value in said.items() if isinstance(value, str)}


def _spell(text: Text, words: Sequence[int]) -> str:
    if text.type == "version":
        # The low three bytes of two words.
        return f"{words[0] & 0xFF}.{words[1] >> 8}.{words[1] & 0xFF}"
    raw = b"".join(word.to_bytes(2, "big") for word in words)
    return raw.decode("latin-1").strip(" \0")
