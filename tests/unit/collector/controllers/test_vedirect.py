"""VE.Direct frames: whole ones only, whatever comes in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.controllers.load import load_map
from collector.controllers.vedirect import FrameReader, fields_of, frame_of, words_of

VICTRON = load_map("victron_vedirect")
BLUESOLAR = {
    "PID": "0xA042", "FW": "123", "SER#": "HQ1411MYIKN", "V": "12530", "I": "620", "VPV": "33580",
    "PPV": "8", "CS": "3", "ERR": "0", "LOAD": "ON", "IL": "0", "H19": "8272", "H20": "0",
    "H21": "11", "H22": "25", "H23": "119", "HSDS": "274",
}  # fmt: skip
"""As one was heard: karioja/vedirect, test/bluesolar_1.23.dump; its checksum was B0."""
HEX = b":A501000000000000000000000ED04C6040000000000C200000000000B0000000900C80D120172\n"
"""What the same charger put between two frames."""
FRAME = frame_of(BLUESOLAR)


def heard(data, size=7):
    """The frames of a line on which one frame has gone by already."""
    reader = FrameReader()
    list(reader.feed(b"gone\r\nChecksum\tx"))
    pieces = (data[i : i + size] for i in range(0, len(data), size))
    return [frame for piece in pieces for frame in reader.feed(piece)]


def test_a_frame_is_as_a_real_charger_sends_it():
    assert FRAME[-1] == 0xB0
    assert heard(FRAME) == [BLUESOLAR]


def test_every_frame_is_fresh():
    short = frame_of({"PID": "0xA042", "V": "12000"})
    first, second = heard(FRAME + short)
    assert second == {"PID": "0xA042", "V": "12000"}
    assert first is not second


@pytest.mark.parametrize("cut", [1, 20, len(FRAME) - 12, len(FRAME) - 1])
def test_who_begins_in_the_middle_waits_for_the_next(cut):
    reader = FrameReader()
    assert list(reader.feed(FRAME[cut:])) == []
    assert set(map(len, reader.feed(FRAME + FRAME))) == {len(BLUESOLAR)}


@pytest.mark.parametrize("at", range(2, len(FRAME) - 1, 5))
def test_a_turned_bit_is_found(at):
    """A frame whose end is not known for one takes the next along."""
    bad = bytearray(FRAME)
    bad[at] ^= 0x04
    end_is_lost = at > len(FRAME) - 14
    assert heard(bytes(bad) + FRAME + FRAME) == [BLUESOLAR] * (1 if end_is_lost else 2)


def test_the_other_protocol_between_frames_is_passed_over():
    assert heard(FRAME + HEX + FRAME + HEX + b"\r\n" + HEX + FRAME) == [BLUESOLAR] * 2
    assert heard(FRAME + HEX + FRAME) == [BLUESOLAR] * 2


@pytest.mark.parametrize("at", [5, 60, len(FRAME) - 14])
def test_the_other_protocol_within_a_frame_costs_that_frame_alone(at):
    assert heard(FRAME[:at] + HEX + FRAME[at:] + FRAME) == [BLUESOLAR]


def test_a_checksum_that_is_a_colon_or_a_tab_is_one():
    for wanted in b":\t\n":
        fields = next(
            f for n in range(256) if frame_of(f := {"V": "12500", "X": "a" * n})[-1] == wanted
        )
        assert heard(frame_of(fields) + FRAME) == [fields, BLUESOLAR]


def test_noise_without_end_is_forgotten():
    assert heard(b"\xff" * 5000 + FRAME + FRAME) == [BLUESOLAR]


@given(st.binary(max_size=600))
def test_no_bytes_break_it(noise):
    reader = FrameReader()
    list(reader.feed(noise))
    list(reader.feed(b"\n" + FRAME))
    assert list(reader.feed(FRAME))[-1:] == [BLUESOLAR]


def test_fields_become_words_and_words_fields():
    assert fields_of(VICTRON, words_of(VICTRON, BLUESOLAR)) == BLUESOLAR


def test_what_is_absent_or_no_number_has_no_words():
    words = words_of(VICTRON, {"V": "12530", "I": "---", "LOAD": "maybe", "PID": "A042"})
    assert sorted(fields_of(VICTRON, words)) == ["PID", "V"]
