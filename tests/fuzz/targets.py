"""Whatever bytes come in, the decoders say what they are; run under atheris by test_fuzz.

python -m tests.fuzz.targets NAME FOLDER -max_total_time=60    FOLDER: corpus, grows
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["collector.wire", "collector.intake"]):
    from collector.intake.packets_in import MalformedError, Packet, PacketSplitter, publish_of
    from collector.intake.packets_out import Kind
    from collector.intake.upload import TooLargeError, read_upload
    from collector.spool.delivery import Delivery
    from collector.wire.condensed import MAX_ROWS
    from collector.wire.decode import decode_message
    from collector.wire.state import read_state
    from collector.wire.together import decode_messages
    from collector.wire.topics import THINGSBOARD_DEVICE, THINGSBOARD_GATEWAY, data_topic

NOW_S = 1_732_320_000.0
TOPICS = (data_topic("gw-boti"), THINGSBOARD_DEVICE, THINGSBOARD_GATEWAY)
CONTENT_TYPES = ("", "application/cbor", "application/json")


def message(data: bytes) -> None:
    """One message: the first byte chooses its topic and content type."""
    kind = data[0] if data else 0
    topic, said = TOPICS[kind % 3], CONTENT_TYPES[kind // 3 % 3]
    found = decode_message(topic, "gw-boti", data[1:], NOW_S, said)
    rows = sum(len(batch) for batch in found.batches)
    assert rows or found.rejects or found.lost, "nothing was said of a message"
    assert rows <= MAX_ROWS
    assert all(reject.readings >= 0 and reject.reason for reject in found.rejects)


def together(data: bytes) -> None:
    """Messages decoded at once are what they are alone; a byte 0 stands between them."""
    messages = [Delivery("gw-boti", TOPICS[0], part, NOW_S) for part in data.split(b"\0")[:8]]
    found = decode_messages(messages, 10**9)
    assert found.messages == len(messages)
    for number, each in enumerate(messages):
        alone = decode_messages([each], 10**9)
        mine = found.batch.take(found.message_of_row == number)
        assert mine.time_s.tolist() == alone.batch.time_s.tolist()
        rejects = sorted((r.reason, r.readings) for n, r in found.rejects if n == number)
        assert rejects == sorted((r.reason, r.readings) for _, r in alone.rejects)


def upload(data: bytes) -> None:
    """An upload by HTTP is one message or many, or too large."""
    try:
        found = read_upload(data[1:], encoded=bool(data[:1] == b"\1"))
    except TooLargeError:
        return
    assert all(isinstance(each, bytes) for each in found.messages)


def packets(data: bytes) -> None:
    """What a broker sends is read alike however the network cuts it."""
    cut = data[0] if data else 0
    whole, parts = _packets([data[1:]]), _packets([data[1 : 1 + cut], data[1 + cut :]])
    assert whole == parts


def state(data: bytes) -> None:
    """What a publisher says of itself is understood or not, never more than that."""
    said = read_state(data)
    if said is not None:
        assert said.since_boot >= 0
        assert all(n is None or n >= 0 for n in (said.outbox_rows, said.produced))


def planted(data: bytes) -> None:
    """A mistake that the fuzzer must find: the test of the test."""
    assert b'"hd"' not in data


def _read(packet: Packet) -> object:
    return publish_of(packet, five=True) if packet.kind == Kind.PUBLISH else packet


def _packets(pieces: list[bytes]) -> tuple[list[object], str]:
    splitter, found = PacketSplitter(), []
    try:
        for piece in pieces:
            found += map(_read, splitter.feed(piece))
    except MalformedError as error:
        return found, str(error)
    return found, ""


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (message, together, upload, packets, state, planted)
}

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
