"""The decoder: one message of any accepted form -> readings in columns, and rejects."""

from typing import Any

import msgspec
import structlog

from collector.wire.condensed import MAX_ROWS, Condensed, decode_condensed, salvage_condensed
from collector.wire.decoded import Decoded
from collector.wire.envelope import UnreadableError, inflate, is_cbor, plain_object
from collector.wire.lost import add_lost
from collector.wire.named import add_named
from collector.wire.state import read_state
from collector.wire.thingsboard import decode_device, decode_gateway
from collector.wire.topics import THINGSBOARD_DEVICE, THINGSBOARD_GATEWAY, is_state

_WELL_FORMED = Condensed | list[Condensed]
_CONDENSED_JSON = msgspec.json.Decoder(_WELL_FORMED)
_log = structlog.get_logger(__name__)


def decode_message(
    topic: str, publisher: str, payload: bytes, received_s: float, content_type: str = ""
) -> Decoded:
    """Decode a message. Never raises for what was sent: all that is unreadable becomes a reject.

    ``publisher`` is the serial of a ThingsBoard device; ``received_s`` stamps the readings and
    times those of devices without a clock.
    """
    into = Decoded()
    if is_state(topic):
        if read_state(payload) is None:
            into.reject("a state that cannot be read", 0)
        return into
    try:
        _decode_by_topic(topic, publisher, payload, received_s, content_type, into)
    except UnreadableError as error:
        into.reject(str(error))
    except Exception as error:
        # One message we stumble over must not hold up all that come after it.
        _log.exception("the decoder stumbled", topic=topic)
        into = Decoded()
        into.reject(f"the decoder stumbles over it: {type(error).__name__}")
    if not into.batches and not into.rejects and not into.lost:
        into.reject("a message without readings")
    _refuse_above_limit(into)
    for batch in into.batches:
        batch.received_s[:] = received_s
    return into


def _decode_by_topic(
    topic: str, publisher: str, payload: bytes, received_s: float, content_type: str, into: Decoded
) -> None:
    data = inflate(payload)
    cbor = is_cbor(data, content_type)
    if not topic.startswith("v1/"):
        _decode_ours(data, into, cbor=cbor)
    elif topic == THINGSBOARD_DEVICE:
        decode_device(publisher, plain_object(data, cbor=cbor), received_s, into)
    elif topic == THINGSBOARD_GATEWAY:
        decode_gateway(plain_object(data, cbor=cbor), received_s, into)
    else:
        into.reject(f"nothing is expected on topic {topic}"[:200])


def _decode_ours(data: bytes, into: Decoded, *, cbor: bool) -> None:
    message = well_formed(data, cbor=cbor)
    if message is not None:
        decode_condensed(message if isinstance(message, list) else [message], into)
        return
    found = plain_object(data, cbor=cbor)
    for entry in found if isinstance(found, list) else [found]:
        _decode_entry(entry, into)


def well_formed(data: bytes, *, cbor: bool) -> Condensed | list[Condensed] | None:
    """The common case, checked and built in one go; None for anything else."""
    try:
        if cbor:
            message = msgspec.convert(plain_object(data, cbor=True), _WELL_FORMED)
        else:
            message = _CONDENSED_JSON.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    messages = len(message) if isinstance(message, list) else 1
    # Of two "hd" in an object the first would vanish: the careful way sees them both.
    return message if cbor or data.count(b'"hd"') == messages else None


def _decode_entry(entry: Any, into: Decoded) -> None:
    if not isinstance(entry, dict):
        into.reject("neither an object nor a list of objects")
    elif "lost" in entry:
        add_lost(entry, into)
    elif "hd" in entry:
        salvage_condensed(entry, into)
    elif "d" in entry:
        numbered = {k: entry[k] for k in ("b", "rc") if k in entry}
        add_named(entry.get("sn"), entry.get("ts"), entry["d"], into, **numbered)
    else:
        into.reject("neither rows (hd) nor named fields (d)")


def _refuse_above_limit(into: Decoded) -> None:
    rows = sum(len(b) for b in into.batches)
    if rows > MAX_ROWS:
        whole = into.batch
        into.batches.clear()
        into.reject(f"more than {MAX_ROWS} rows in a message", rows, whole, again=True)
