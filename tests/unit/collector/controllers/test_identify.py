"""Knowing a family by its words."""

import pytest

from collector.controllers.controller_map import Sign, Text
from collector.controllers.identify import contradictions, identity_blocks, recognised
from collector.controllers.texts import encode_text
from tests.fixtures.small_map import register, small_map

MODEL = Text("model", 4, 200, 2, "ascii", ("a", "b"))
FAMILY = small_map(
    registers=(
        register("rated_v", 100, maximum=60.0),
        register("kind", 101, "enum16", unit="", enum="kind"),
        register("other_v", 300, maximum=60.0),
    ),
    enums={"kind": {0: "this", 2: "that"}},
    status=(),
    texts=(MODEL,),
    identity=(
        Sign("rated_v", values=(12.0, 24.0)),
        Sign("kind"),
        Sign("model", pattern="[A-Z]+[0-9]"),
    ),
)


def words(rated=12, kind=0, model="RV2"):
    return {(4, 100): rated, (4, 101): kind} | encode_text(MODEL, model)


def test_its_own_kind():
    assert recognised(FAMILY, words())
    assert recognised(FAMILY, words(24, 2))
    assert contradictions(FAMILY, words()) == []


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (words(rated=36), "rated_v is 36, not 12 or 24"),
        (words(kind=7), "kind has the unknown code 7"),
        (words(model="rv2"), "model is 'rv2'"),
    ],
)
def test_what_speaks_against_it_is_said(seen, said):
    assert contradictions(FAMILY, seen) == [said]
    assert not recognised(FAMILY, seen)


def test_above_and_the_range_of_the_map():
    low = small_map(identity=(Sign("pv_voltage_v", above=6.0),))
    assert contradictions(low, {(4, 100): 6}) == ["pv_voltage_v is 6, not above 6"]
    ranged = small_map(
        registers=(register("a_v", 100, maximum=60.0),), status=(), identity=(Sign("a_v"),)
    )
    assert contradictions(ranged, {(4, 100): 61}) == ["a_v is 61, outside 0 to 60"]


def test_what_was_not_read_neither_proves_nor_contradicts():
    seen = {k: v for k, v in words().items() if k != (4, 101)}
    assert contradictions(FAMILY, seen) == []
    assert not recognised(FAMILY, seen)
    assert not recognised(small_map(), words()), "a map without signs knows nobody"


def test_only_the_blocks_with_signs_are_asked():
    assert [b.name for b in identity_blocks(FAMILY)] == ["panel", "battery"]
