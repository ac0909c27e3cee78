import numpy as np
import pytest

from device_sim.fault import Episode, Span, told_as_it_was
from device_sim.truth import SystemTruth
from tests.fixtures.simulated_field import DAY_S

NONE = np.zeros(0, np.float32)
NEVER = np.zeros(0, bool)
RECORD = SystemTruth(100.0, 900.0, np.zeros(0, int), *[NONE] * 4, NEVER, NONE, NEVER)


def episode(start_s: float, end_s: float) -> Episode:
    return Episode("silent", "KPK-0001", start_s, end_s, 0.7)


def test_days_in_an_episode_stand_still_outside_it():
    mine = episode(10 * DAY_S, 12 * DAY_S)
    assert [mine.days_in(d * DAY_S) for d in (9, 11.5, 20)] == [0, 1.5, 2]


def test_an_episode_covers_its_first_moment_and_not_its_last():
    assert episode(100, 300).during(np.array([99, 100, 299, 300])).tolist() == [
        False,
        True,
        True,
        False,
    ]


def test_an_episode_is_told_as_it_was():
    answer = told_as_it_was(episode(200, 400), RECORD)
    assert answer
    assert (answer.start_s, answer.end_s, answer.severity) == (200, 400, 0.7)


def test_what_goes_on_has_no_end():
    answer = told_as_it_was(episode(200, np.inf), RECORD)
    assert answer
    assert answer.end_s is None


@pytest.mark.parametrize(("start_s", "end_s"), [(10, 90), (900, 950)])
def test_what_lies_outside_the_record_is_not_told(start_s, end_s):
    assert told_as_it_was(episode(start_s, end_s), RECORD) is None


def test_only_an_opening_span_reaches_back():
    rng = np.random.default_rng(1)
    opening, later = Span(1000.0, 2000.0), Span(1000.0, 2000.0, opening=False)
    assert min(opening.moment(rng, earlier_days=10) for _ in range(50)) < 1000
    assert min(later.moment(rng, earlier_days=10) for _ in range(50)) >= 1000


def test_a_spell_that_ends_lasts_as_long_as_it_may_and_others_for_ever():
    rng, span = np.random.default_rng(1), Span(0.0, 10 * DAY_S)
    spells = [span.spell(rng, 5.0, ends=0.5, lasts_days=(3.0, 40.0)) for _ in range(200)]
    lasted_days = [(end_s - start_s) / DAY_S for start_s, end_s in spells if end_s < np.inf]
    assert 70 < len(lasted_days) < 130
    assert 3 <= min(lasted_days) < 8
    assert 35 < max(lasted_days) <= 40
    assert min(start_s for start_s, _ in spells) < 0, "an opening span reaches back"
