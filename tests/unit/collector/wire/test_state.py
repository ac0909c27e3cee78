"""What a publisher says of itself, however it says it."""

import json

import pytest

from collector.wire.state import Said, read_state


def said(**words):
    return read_state(json.dumps({"state": "online", **words}).encode())


def test_what_it_says_of_readings_clock_and_version():
    told = said(outbox_rows=4, produced=9, since_b=2, clock="unset", release="f00d", update="none")
    assert told == Said(4, 9, 2, clock_unset=True, release="f00d", update="none")
    assert said() == read_state(b"online") == Said()


@pytest.mark.parametrize("payload", [b"{", b"7", b'{"state":7}', b'{"state":"x","outbox_rows":-1}'])
def test_what_cannot_be_read_says_nothing(payload):
    assert read_state(payload) is None


def test_words_for_people_are_made_fit_to_be_kept():
    told = said(outbox_rows=4, update="a\0b\nc\x1b[31m" + "x" * 9_999)
    assert told.outbox_rows == 4
    assert told.update.startswith("a b c [31mxxx")
    assert len(told.update) == 300
