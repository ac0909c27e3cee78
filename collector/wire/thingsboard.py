"""ThingsBoard telemetry: what many gateways can already send, from a device or for many devices."""

from typing import Any

from collector.wire.decoded import Decoded
from collector.wire.named import add_named


def decode_device(serial: str, message: object, received_s: float, into: Decoded) -> None:
    """One device's telemetry: an object of fields, one with ``ts`` and ``values``, or a list."""
    for entry in message if isinstance(message, list) else [message]:
        if not isinstance(entry, dict):
            into.reject("telemetry is no object")
        elif "values" in entry:
            add_named(serial, entry.get("ts", received_s), entry["values"], into)
        else:
            add_named(serial, received_s, entry, into)


def decode_gateway(message: Any, received_s: float, into: Decoded) -> None:
    """A gateway's telemetry: for every serial a list of entries."""
    if not isinstance(message, dict):
        into.reject("gateway telemetry is no object of serials")
        return
    for serial, entries in message.items():
        decode_device(serial, entries, received_s, into)
