"""What an upload holds: one message as MQTT would bring it, or a log of many; and bombs."""

import gzip
import json
import zlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from collector.intake.upload import (
    MOST_INFLATED_BYTES,
    MOST_MESSAGES,
    TooLargeError,
    Upload,
    read_upload,
)

ONE = b'{"sn":"KPK-0001","hd":[[0,1]]}'
HEAD = b'{"suluh":"readings","gw":"gw-boti","made":1732233600}'


@pytest.mark.parametrize(
    "body",
    [
        ONE,
        ONE + b"\n",
        zlib.compress(ONE),
        b"[" + ONE + b"]",
        json.dumps(json.loads(ONE), indent=2).encode(),
        b"\xa1\x62sn\x0a",
        b"",
        b"not json",
        zlib.compress(ONE)[:-3],
        b"\x1f\x8b but no gzip",
    ],
)
def test_one_message_stays_byte_for_byte(body):
    assert read_upload(body) == Upload([body])


def test_a_single_message_that_the_decoder_could_not_unpack_is_unpacked():
    assert read_upload(gzip.compress(ONE)).messages == [ONE]
    assert read_upload(zlib.compress(ONE), encoded=True).messages == [ONE]


LOG = b"\n".join([ONE, b"[" + ONE + b"]", b"", ONE])


@pytest.mark.parametrize("pack", [bytes, zlib.compress, gzip.compress])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_a_log_is_its_lines(pack, end):
    body = pack(LOG.replace(b"\n", end or b"\n") + end)
    assert read_upload(body).messages == [ONE, b"[" + ONE + b"]", ONE]


def test_a_log_that_was_made_to_be_carried_says_whose_it_is():
    assert read_upload(HEAD + b"\n" + LOG) == Upload([ONE, b"[" + ONE + b"]", ONE], "gw-boti")
    assert read_upload(HEAD + b"\n" + ONE) == Upload([ONE], "gw-boti")
    assert read_upload(gzip.compress(HEAD + b"\n")) == Upload([], "gw-boti")


@pytest.mark.parametrize("head", [b'{"suluh":"\xa8\xa8"}', b'{"suluh":7}', b'{"suluh"'])
def test_a_first_line_that_is_no_head_is_a_line(head):
    assert read_upload(head + b"}\n" + ONE).messages in ([head + b"}", ONE], [head + b"}\n" + ONE])


def test_logs_put_behind_each_other_are_one():
    both = gzip.compress(ONE + b"\n") + gzip.compress(ONE + b"\n")
    assert read_upload(both).messages == [ONE, ONE]


def test_a_torn_line_harms_no_other():
    assert read_upload(ONE + b"\n" + ONE[:9] + b"\n" + ONE).messages == [ONE, ONE[:9], ONE]


@pytest.mark.parametrize(
    "bomb",
    [
        gzip.compress(b"x" * (MOST_INFLATED_BYTES + 1)),
        gzip.compress(b"x" * MOST_INFLATED_BYTES) + gzip.compress(b"x"),
        zlib.compress(b"{}\n" * (MOST_MESSAGES + 1)),
    ],
)
def test_bombs_are_not_unpacked(bomb):
    with pytest.raises(TooLargeError):
        read_upload(bomb)


@given(st.lists(st.sampled_from([ONE, b"{}", b"[", b" ", b"x"]) | st.binary(max_size=9)))
def test_no_byte_of_anything_is_lost(parts):
    body = b"\n".join(parts)
    assume(not body.startswith((b"\x78", b"\x1f\x8b")))
    found = read_upload(body).messages
    assert b"".join(b"".join(found).split()) == b"".join(body.split())
