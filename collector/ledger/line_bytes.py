"""What a message costs its sender on the line: a GSM plan counts more than the payload.

An estimate for a publisher that keeps one MQTT connection: TLS 1.3 over TCP and IPv4, QoS 1, with
its PUBACK. Connecting, keep-alives and what the server sends on its own account are not in it.
"""

SEGMENT_BYTES = 1_400
"""Of payload in a TCP segment on a mobile link, about [K]."""
HEADER_BYTES = 40
"""IPv4 and TCP without options, in each segment and in the bare acknowledgement of each two."""
TLS_BYTES = 22
"""A TLS 1.3 record: header 5, type 1, tag 16."""
PUBACK_BYTES = 4
_PUBLISH_BYTES = 8
"""Fixed header up to 5, topic length 2, packet id 2, properties 1: about."""


def line_bytes(payload_bytes: int, topic_bytes: int) -> int:
    """Bytes on the line, both ways, for one message and its PUBACK."""
    publish = _PUBLISH_BYTES + topic_bytes + payload_bytes + TLS_BYTES
    segments = -(-publish // SEGMENT_BYTES)
    up = publish + HEADER_BYTES * segments
    down = PUBACK_BYTES + TLS_BYTES + HEADER_BYTES * (1 + segments // 2)
    return up + down + HEADER_BYTES  # its acknowledgement of our PUBACK
