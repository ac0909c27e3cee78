"""When the words of a fact may be said."""

import pytest

from analytics.detectors.detector import Text
from analytics.prognosis.fact import Fact
from analytics.prognosis.facts import FACTS

NUMBER = Text(id="{value} malam", en="{value} nights")


@pytest.mark.parametrize(
    ("worse", "speaks", "value", "said"),
    [(1, 0, 3.0, True), (1, 0, 1.0, False), (-1, 0, 1.0, True), (0, -1, 3.0, False)],
)
def test_words_are_said_on_their_side_of_the_usual_value(worse, speaks, value, said):
    assert Fact("n", "", worse, NUMBER, speaks).can_say(value, 2.0) is said


def test_a_number_of_zero_is_not_said_and_a_missing_one_neither():
    fact = Fact("n", "", 1, NUMBER)
    assert not fact.can_say(0.3, 0.0)
    assert not fact.can_say(float("nan"), 0.0)
    assert Fact("n", "", 1, NUMBER, digits=1).can_say(0.3, 0.0)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_every_fact_speaks_in_one_direction_and_two_languages(fact):
    assert fact.worse or fact.speaks
    assert fact.reason.id != fact.reason.en
    assert ("{value}" in fact.reason.id) == ("{value}" in fact.reason.en)
