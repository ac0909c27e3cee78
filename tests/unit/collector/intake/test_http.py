"""The HTTP door on real sockets: who is let in, what is taken, and when it answers."""

import gzip
import json
import socket
import threading
import zlib

import cbor2
import pytest

from collector.intake import http as http_door
from collector.intake import slots
from collector.intake.http import PATH
from collector.intake.problems import MEDIA_TYPE
from collector.spool.port import SpoolFullError
from tests.fixtures.deliveries import MANY, MUCH
from tests.fixtures.http_door import NOW_S, TS, condensed, open_door, post, text
from tests.fixtures.running_collector import eventually


@pytest.fixture
def door(tmp_path):
    with open_door(tmp_path) as opened:
        yield opened


def taken(door):
    return door.spool.take(MANY, MUCH)


def test_what_is_answered_lies_in_the_spool_as_if_it_had_come_by_mqtt(door):
    status, answer, _ = post(door.port, text(condensed(rc=1, rows=3)))
    assert status == 200
    assert answer["acks"][0] | {"sn": "KPK-0001", "b": 1, "rc": 3} == answer["acks"][0]
    assert (answer["messages"], answer["readings"], answer["unreadable"]) == (1, 3, [])
    (delivery,) = taken(door)
    assert (delivery.publisher, delivery.topic) == ("KPK-0001", "shs/v1/KPK-0001/data")
    assert delivery.payload == text(condensed(rc=1, rows=3))
    assert (delivery.received_s, delivery.backlog) == (NOW_S, True)


PAYLOADS = {
    "JSON": text(condensed()),
    "JSON, zlib": zlib.compress(text(condensed())),
    "CBOR": cbor2.dumps(condensed()),
    "CBOR, zlib": zlib.compress(cbor2.dumps(condensed())),
    "named": text({"sn": "KPK-0001", "ts": TS, "d": {"battery_voltage_v": 13.3}}),
}


@pytest.mark.parametrize("kind", ["", "application/octet-stream", "text/plain; charset=utf-8"])
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_every_payload_of_mqtt_is_taken_whatever_it_is_called(door, payload, kind):
    status, answer, _ = post(door.port, payload, **({"Content_Type": kind} if kind else {}))
    assert (status, answer["unreadable"]) == (200, [])
    assert answer["readings"] >= 1
    assert [d.payload for d in taken(door)] == [payload]


def test_cbor_may_be_named_by_its_content_type(door):
    assert post(door.port, PAYLOADS["CBOR"], Content_Type="application/cbor")[0] == 200
    assert taken(door)[0].content_type == "application/cbor"


def test_a_log_is_taken_message_by_message(door):
    lines = [text(condensed(rc=10 * i)) for i in range(50)]
    log = gzip.compress(b'{"suluh":"readings","gw":"KPK-0001"}\n' + b"\n".join(lines) + b"\n")
    status, answer, _ = post(door.port, log)
    assert (status, answer["messages"], answer["readings"]) == (200, 50, 100)
    assert sorted(d.payload for d in taken(door)) == sorted(lines)


def test_more_readings_than_memory_should_hold_are_refused(door, monkeypatch):
    monkeypatch.setattr(http_door, "MOST_READINGS", 10)
    log = b"\n".join([text(condensed(rows=6)), text(condensed(rows=6)), text(condensed())])
    assert post(door.port, log)[0] == 413
    assert taken(door) == []


def test_what_cannot_be_read_is_kept_and_told(door):
    status, answer, _ = post(door.port, b'{"sn":')
    assert status == 200
    assert answer["acks"] == []
    assert answer["unreadable"][0]["readings"] == 1
    assert "no valid JSON" in answer["unreadable"][0]["reason"]
    assert taken(door)[0].payload == b'{"sn":'


@pytest.mark.parametrize(
    "login", [None, "KPK-0001:two", "KPK-0001:", ":", "nobody:one", "\x00:\x00", "KPK-0001"]
)
def test_strangers_are_refused_from_this_machine_too(door, login):
    status, answer, headers = post(door.port, text(condensed()), login)
    assert (status, headers["Content-Type"]) == (401, MEDIA_TYPE)
    assert headers["WWW-Authenticate"].startswith("Basic")
    assert {"title", "title_en", "detail", "detail_en"} <= answer.keys()
    assert taken(door) == []


@pytest.mark.parametrize("words", ["Bearer one", "Basic", "Basic !!!", "Basic " + "A" * 9_000])
def test_credentials_that_are_none_are_refused(door, words):
    assert post(door.port, text(condensed()), None, Authorization=words)[0] == 401


def test_anothers_log_is_refused(door):
    log = b'{"suluh":"readings","gw":"gw-boti"}\n' + text(condensed()) + b"\n"
    assert post(door.port, log)[0] == 403
    assert taken(door) == []
    assert post(door.port, log, "gw-boti:two")[0] == 200


@pytest.mark.parametrize(
    "headers", [{"Content_Type": "image/png"}, {"Content_Encoding": "br"}], ids=["kind", "encoding"]
)
def test_what_nobody_here_reads_is_refused(door, headers):
    assert post(door.port, text(condensed()), **headers)[0] == 415
    assert taken(door) == []


def test_more_than_is_allowed_is_refused_before_it_is_read(door):
    status, answer, _ = post(door.port, b"x" * 8_000_001)
    assert status == 413
    assert "8 MB" in answer["detail"]
    parts = (b"x" * 1_000_000 for _ in range(9))
    assert post(door.port, parts, Transfer_Encoding="chunked")[0] == 413
    assert taken(door) == []


def test_a_bomb_is_refused(door):
    bomb = gzip.compress(gzip.compress(b"\n" * 1)) + gzip.compress(b" " * 40_000_000)
    assert post(door.port, bomb)[0] == 413
    assert post(door.port, bomb, Content_Encoding="gzip")[0] == 413
    assert taken(door) == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_ways_are_told_the_right_one(door, method):
    status, answer, _ = post(door.port, None, method=method)
    assert status == 405
    assert f"POST ke {PATH}" in answer["detail"]
    assert post(door.port, b"", path="/api/v1/else")[0] == 404


def test_it_answers_after_the_sync_and_not_before(tmp_path):
    with open_door(tmp_path) as door:
        may_sync, append, syncing = threading.Event(), door.spool.append, threading.Event()

        def slow(deliveries):
            syncing.set()
            assert may_sync.wait(20)
            append(deliveries)

        door.spool.append = slow
        answers = []
        sender = threading.Thread(target=lambda: answers.append(post(door.port, text(condensed()))))
        sender.start()
        assert syncing.wait(10)
        sender.join(0.5)
        assert answers == [], "answered before it was on disk"
        may_sync.set()
        sender.join(10)
        assert answers[0][0] == 200


def test_a_full_spool_puts_the_sender_off(tmp_path):
    with open_door(tmp_path) as door:

        def full(_deliveries):
            raise SpoolFullError("2 MB wait, 2 MB are allowed")

        append, door.spool.append = door.spool.append, full
        http_door_waits = http_door.DURABLE_WITHIN_S
        http_door.DURABLE_WITHIN_S = 0.3
        try:
            first = post(door.port, text(condensed()))
            second = post(door.port, text(condensed()))
        finally:
            http_door.DURABLE_WITHIN_S = http_door_waits
        assert [first[0], second[0]] == [503, 503]
        assert int(first[2]["Retry-After"]) > 0
        assert "allowed" in second[1]["found"]
        door.spool.append = append
        eventually(lambda: post(door.port, text(condensed()))[0] == 200)
        assert {d.payload for d in taken(door)} == {text(condensed())}


def test_without_room_in_memory_it_says_later(tmp_path):
    with open_door(tmp_path, offer=lambda _deliveries, _told: False) as door:
        assert post(door.port, text(condensed()))[0] == 503


def test_a_register_that_does_not_answer_means_later_and_not_no(tmp_path):
    def away(_name, _secret):
        raise ConnectionError

    with open_door(tmp_path, lets_in=away, unavailable=(ConnectionError,)) as door:
        assert post(door.port, text(condensed()))[0] == 503


def stalled(port, login="S1BLLTAwMDE6b25l"):
    """A sender that says it has a hundred bytes, and sends none."""
    sender = socket.create_connection(("127.0.0.1", port))
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {login}\r\n"
    sender.sendall(f"{head}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n".encode())
    assert sender.recv(100).startswith(b"HTTP/1.1 100"), "its body is waited for"
    return sender


def test_one_sender_may_not_take_all_places(door):
    waiting = [stalled(door.port) for _ in range(slots.OF_ONE)]
    status, _, headers = post(door.port, text(condensed()))
    assert (status, headers["Retry-After"]) == (429, "2")
    assert post(door.port, text(condensed("KPK-0002")), "gw-boti:two")[0] == 200
    waiting.pop().close()
    for _ in range(200):
        if post(door.port, text(condensed()))[0] == 200:
            break
    assert len(taken(door)) == 2
    for one in waiting:
        one.close()


def test_a_sender_that_stalls_gives_its_place_back(tmp_path, monkeypatch):
    monkeypatch.setattr(http_door, "NEXT_BYTES_WITHIN_S", 0.2)
    with open_door(tmp_path) as door, stalled(door.port) as sender:
        assert b"408" in sender.recv(1_000)
        assert taken(door) == []


def test_many_at_once_are_all_taken_once_each(door):
    messages = [text(condensed(rc=3 * i)) for i in range(40)]
    refused = []

    def send(mine):
        for message in mine:
            while (status := post(door.port, message)[0]) != 200:
                assert status == 429
                refused.append(status)

    senders = [threading.Thread(target=send, args=(messages[i::4],)) for i in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(d.payload for d in taken(door)) == sorted(messages)


def test_answers_are_json_for_programs_and_words_for_people(door):
    _, answer, _ = post(door.port, b"", None)
    assert json.dumps(answer)
    assert answer["type"] == "urn:suluh:problem:unknown-sender"
    assert answer["status"] == 401
