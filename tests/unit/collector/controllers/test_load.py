"""Map files: what is misspelt, missing or contradictory is refused with a reason."""

import pytest

from collector.controllers import load
from collector.controllers.load import MapError, enum_text, load_map, map_names, read_map

TEXT = """
title = "Small"
data_format = 1
unverified = true
blocks = [{ name = "panel", fn = 4, at = 0x10, count = 5, poll = true }]
[link]
baud = 9600
parity = "N"
stop_bits = 1
unit = 1
max_words = 32
gap_s = 0.05
[sources]
a = "one"
b = "two"
[[registers]]
at = 0x10
fn = 4
name = "pv_voltage_v"
type = "u16"
scale = 0.01
unit = "V"
min = 0
max = 150
sources = ["a", "b"]
[[registers]]
at = 0x11
fn = 4
name = "kind"
type = "enum16"
scale = 1
sources = ["a"]
single = true
[enums]
kind = { 0 = "this", 3 = "that" }
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(load, "MAPS", tmp_path)
    load_map.cache_clear()
    yield tmp_path
    load_map.cache_clear()


def test_a_file_in_the_folder_is_a_controller(folder):
    (folder / "small.toml").write_text(TEXT)
    assert map_names() == ("small",)
    small = load_map("small")
    assert small.name == "small"
    volts, kind = small.registers
    assert (volts.field, volts.address, volts.maximum) == ("pv_voltage_v", 16, 150.0)
    assert (kind.field, kind.enum, kind.maximum) == ("", "kind", 65535.0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "Small"', 'titel = "Small"', "unknown field `titel`"),
        ("scale = 0.01", 'scale = "x"', "Expected `float`"),
        ("min = 0\n", "", "say min and max"),
        ('type = "u16"', 'type = "u17"', "type 'u17' is not one of"),
        ("single = true", "", "two sources, or one and single = true"),
        ('["a", "b"]', '["a", "b"]\nsingle = true', "two sources, or one and single"),
        ('unit = "V"', 'unit = "A"', "a name in A ends in _a"),
        ("[link]", "[link", "small.toml"),
    ],
)
def test_a_bad_file_says_what_to_correct(folder, old, new, said):
    assert old in TEXT
    (folder / "small.toml").write_text(TEXT.replace(old, new))
    with pytest.raises(MapError) as error:
        load_map("small")
    assert said in str(error.value)


def test_an_unknown_controller_names_the_known_ones(folder):
    (folder / "small.toml").write_text(TEXT)
    with pytest.raises(MapError, match="known are: small"):
        load_map("big")


def test_codes_have_names_and_unknown_ones_their_number(folder):
    (folder / "small.toml").write_text(TEXT)
    small = read_map(folder / "small.toml")
    kind = small.register("kind")
    assert [enum_text(small, kind, raw) for raw in (0, 3, 7)] == ["this", "that", "unknown:7"]
    with pytest.raises(KeyError):
        small.register("none")


VARIANT = """
like = "small"
without = ["kind"]
title = "Smaller"
"""


def test_a_variant_has_the_registers_of_its_like_and_its_own_words(folder):
    (folder / "small.toml").write_text(TEXT)
    (folder / "smaller.toml").write_text(VARIANT)
    smaller = load_map("smaller")
    assert smaller.title == "Smaller"
    assert [r.name for r in smaller.registers] == ["pv_voltage_v"]
    assert smaller.link == load_map("small").link


def test_a_variant_of_nothing_is_refused(folder):
    (folder / "smaller.toml").write_text(VARIANT)
    with pytest.raises(MapError, match=r"smaller\.toml: No such file"):
        load_map("smaller")


def test_states_become_status_rows_with_the_names_of_the_enum(folder):
    states = '[states]\nkind = { field = "charge_stage", codes = { 0 = 1, 9 = 3 } }\n'
    (folder / "small.toml").write_text(TEXT + states)
    rows = load_map("small").status
    assert [(r.name, r.equals, r.mask, r.field, r.code) for r in rows] == [
        ("this", 0, 0xFFFF, "charge_stage", 1),
        ("kind_9", 9, 0xFFFF, "charge_stage", 3),
    ]
    (folder / "other.toml").write_text(TEXT + states.replace("kind =", "none ="))
    with pytest.raises(MapError, match="states of none"):
        load_map("other")


def test_sources_are_the_usual_ones_unless_a_row_names_its_own(folder):
    text = TEXT.replace('sources = ["a", "b"]\n', "")
    (folder / "small.toml").write_text(text)
    assert load_map("small").registers[0].sources == ("a", "b")
    (folder / "lone.toml").write_text('usual_sources = ["a"]\n' + text)
    with pytest.raises(MapError, match="two sources, or one and single"):
        load_map("lone")
