"""Text in registers."""

from collector.controllers.controller_map import Text
from collector.controllers.texts import decode_texts, encode_text, split
from tests.fixtures.small_map import small_map

MODEL = Text("model", 3, 0x0C, 8, "ascii", ("a", "b"))
VERSION = Text("software_version", 3, 0x14, 2, "version", ("a", "b"))
NAMED = small_map(texts=(MODEL, VERSION))


def test_blanks_around_a_model_do_not_count():
    words = [0x2020, 0x2020, 0x4D54, 0x3438, 0x3330, 0x2020, 0x2020, 0x2020]
    read = dict(zip(MODEL.addresses, words, strict=True))
    assert decode_texts(NAMED, read) == {"model": "MT4830"}
    assert decode_texts(NAMED, dict(list(read.items())[:-1])) == {}, "a part is not the model"


def test_a_version_is_the_low_three_bytes():
    words = encode_text(VERSION, "1.0.4")
    assert list(words.values()) == [0x0001, 0x0004]
    assert decode_texts(NAMED, words | {VERSION.addresses[0]: 0xFF01}) == {
        "software_version": "1.0.4"
    }


def test_what_is_too_long_is_cut_and_no_letter_is_lost_to_an_error():
    words = encode_text(MODEL, "RNG-CTRL-RVR20-and-more")
    assert decode_texts(NAMED, words) == {"model": "RNG-CTRL-RVR20-a"}
    assert decode_texts(NAMED, encode_text(MODEL, "Łódź")) == {"model": "?ód?"}


def test_a_nameplate_has_numbers_and_texts():
    assert split({"a_v": 12, "model": "X"}) == ({"a_v": 12.0}, {"model": "X"})
