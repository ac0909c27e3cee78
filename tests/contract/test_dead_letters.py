"""Dead letters stay, byte for byte, once each, on SQLite and PostgreSQL."""

from dataclasses import replace

import pytest

from collector.ingest.dead_letters import DeadLetter, LetterFilter
from collector.ingest.repository import SqlDeadLetters

LETTER = DeadLetter(
    "gw-boti", "shs/v1/gw-boti/data", 1_700_000_000.25, "unknown field", 3, b"\x00\xff{"
)


@pytest.fixture
def letters(engine):
    return SqlDeadLetters(engine)


def _numbered(count):
    return [replace(LETTER, payload=b"%d" % n) for n in range(count)]


def test_none_to_begin_with(letters):
    assert letters.find() == []
    assert letters.count_readings() == 0
    assert letters.get(1) is None


def test_a_letter_is_kept_byte_for_byte(letters):
    letters.add([LETTER])
    (kept,) = letters.find()
    assert replace(kept, id=0) == LETTER
    assert isinstance(kept.payload, bytes)
    assert letters.get(kept.id) == kept


def test_a_message_delivered_twice_is_one_letter(letters):
    assert letters.add([LETTER, LETTER]) == 1
    assert letters.add([replace(LETTER, received_s=1_700_000_999.0)]) == 0
    (kept,) = letters.find()
    assert kept.received_s == LETTER.received_s
    assert letters.count_readings() == 3


@pytest.mark.parametrize(
    "other",
    [
        {"publisher": "gw-tliu"},
        {"topic": "shs/v1/other/data"},
        {"reason": "no such serial"},
        {"payload": b"{"},
        {"publisher": "gw-botishs/", "topic": "v1/gw-boti/data"},
    ],
)
def test_another_message_or_reason_is_another_letter(letters, other):
    assert letters.add([LETTER, replace(LETTER, **other)]) == 2
    assert len(letters.find()) == 2


def test_pages_follow_each_other_without_gap_or_repeat(letters):
    letters.add(_numbered(25))
    seen, after_id = [], 0
    while page := letters.find(LetterFilter(after_id=after_id, limit=10)):
        assert len(page) <= 10
        seen += page
        after_id = page[-1].id
    assert [letter.payload for letter in seen] == [b"%d" % n for n in range(25)]
    assert len({letter.id for letter in seen}) == 25


def test_thousands_at_once(letters):
    assert letters.add(_numbered(5_000)) == 5_000
    assert letters.add(_numbered(5_001)) == 1


def test_readings_add_up(letters):
    letters.add(_numbered(4))
    letters.add([replace(LETTER, readings=0)])
    assert letters.count_readings() == 12


def test_all_or_none(letters):
    broken = replace(LETTER, received_s=None)  # type: ignore[arg-type]
    with pytest.raises(Exception, match="received_s"):
        letters.add([*_numbered(3), broken])
    assert letters.find() == []


def test_hostile_text_is_kept_as_text(letters):
    nasty = "x\x00'; DROP TABLE dead_letters; --\udcff"
    letters.add([replace(LETTER, publisher=nasty, topic=nasty, reason=nasty)])
    (kept,) = letters.find()
    assert kept.publisher.startswith("x\ufffd'; DROP TABLE")
    assert kept.payload == LETTER.payload


def test_an_empty_payload_is_kept(letters):
    letters.add([replace(LETTER, payload=b"")])
    assert letters.find()[0].payload == b""
    assert letters.add([]) == 0
    assert len(letters.find()) == 1


def test_settled_letters_stay_but_are_open_no_more(letters):
    letters.add(_numbered(3))
    first, second, third = letters.find()
    letters.settle([first.id, third.id], 5.0)
    letters.settle([first.id], 9.0)
    assert letters.find() == [second]
    assert letters.count_readings() == 3
    everything = letters.find(LetterFilter(settled_too=True))
    assert [letter.settled_s for letter in everything] == [5.0, None, 5.0]
    assert letters.add(_numbered(1)) == 0, "the same message again is the same letter"


def test_letters_are_found_by_publisher_and_by_part_of_the_reason(letters):
    letters.add([LETTER, replace(LETTER, publisher="gw-tliu", reason="100 % Odd")])
    assert [one.publisher for one in letters.find(LetterFilter(publisher="gw-tliu"))] == ["gw-tliu"]
    assert [one.publisher for one in letters.find(LetterFilter(reason="% odd"))] == ["gw-tliu"]
    assert letters.find(LetterFilter(reason="_")) == []
    assert letters.find(LetterFilter(publisher="gw")) == []


def test_what_the_sender_said_of_its_encoding_is_kept(letters):
    letters.add([replace(LETTER, content_type="application/cbor")])
    assert letters.find()[0].content_type == "application/cbor"
