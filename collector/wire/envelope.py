"""From bytes to plain objects: JSON or CBOR, either of them zlib-compressed, all of it bounded."""

import json
import zlib
from io import BytesIO
from typing import Any

import cbor2

MAX_INFLATED_BYTES = 192 * 1024
"""A message may hold this much after inflating; a larger one is not looked into."""
_ZLIB_FIRST_BYTE = 0x78
_CBOR_CONTENT = "application/cbor"
_JSON_CONTENT = "application/json"


class UnreadableError(ValueError):
    """These bytes are no message of ours; ``str(error)`` says why in words."""


def inflate(payload: bytes) -> bytes:
    """The payload without its compression, never more than MAX_INFLATED_BYTES of it.

    Raises UnreadableError for an empty, broken or too large payload.
    """
    if not payload:
        raise UnreadableError("empty payload")
    if payload[0] == _ZLIB_FIRST_BYTE:
        stream = zlib.decompressobj()
        try:
            data = stream.decompress(payload, MAX_INFLATED_BYTES + 1)
        except zlib.error as error:
            raise UnreadableError(f"broken zlib data: {error}") from error
        if len(data) <= MAX_INFLATED_BYTES and not stream.eof:
            raise UnreadableError("zlib data ends too early")
        if stream.unused_data:
            raise UnreadableError("more bytes follow after the zlib data")
    else:
        data = payload
    if len(data) > MAX_INFLATED_BYTES:
        raise UnreadableError(f"message larger than {MAX_INFLATED_BYTES // 1024} KB")
    if not data:
        raise UnreadableError("empty payload")
    return data


def is_cbor(data: bytes, content_type: str = "") -> bool:
    """Whether inflated data is CBOR; the content type, where given, wins over the first byte."""
    if content_type.startswith((_CBOR_CONTENT, _JSON_CONTENT)):
        return content_type.startswith(_CBOR_CONTENT)
    return 0x80 <= data[0] <= 0xBF


def plain_object(data: bytes, *, cbor: bool) -> Any:
    """The object in inflated data. Raises UnreadableError, whatever the bytes are."""
    try:
        if cbor:
            return _whole_cbor(data)
        return json.loads(data, object_pairs_hook=_each_name_once)
    except (ValueError, cbor2.CBORDecodeError, RecursionError, OverflowError, MemoryError) as error:
        kind = "CBOR" if cbor else "JSON"
        raise UnreadableError(f"no valid {kind}: {error}"[:200]) from error


def _whole_cbor(data: bytes) -> Any:
    """One CBOR object that is all of the data. Raises CBORDecodeError or ValueError."""
    stream = BytesIO(data)
    found = cbor2.CBORDecoder(stream, allow_duplicate_keys=False).decode()
    if stream.tell() != len(data):
        raise ValueError("more bytes follow after the object")
    return found


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. What stands under a name given twice would vanish without a trace."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found
