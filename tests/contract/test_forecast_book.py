"""Forecasts are kept, one a system, on SQLite and PostgreSQL."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from analytics.prognosis.facts import FACTS
from analytics.prognosis.forecast import Reason
from analytics.prognosis.repository import SqlForecastBook
from analytics.prognosis.system_forecast import SystemForecast
from analytics.prognosis.tables import battery_forecasts

NIGHT_S = 1_795_305_600.0
REASONS = (Reason(FACTS[0], 0.62, 1.5), Reason(FACTS[2], 0.2, 0.4))


@pytest.fixture
def book(engine):
    return SqlForecastBook(engine)


def foreseen(system, as_of_s=NIGHT_S, eight=0.3):
    return SystemForecast(system, as_of_s, eight / 2, eight, False, REASONS)


def test_what_is_kept_comes_back_with_its_reasons(book):
    assert book.forecasts() == {}
    few = SystemForecast("B", NIGHT_S, 0.005, 0.01, few_data=True)
    book.keep([foreseen("A"), few])
    assert book.forecasts() == {"A": foreseen("A"), "B": few}
    assert book.forecasts()["A"].reasons[0].said("en") == REASONS[0].said("en")


def test_a_newer_night_takes_the_place_of_an_older_and_never_the_other_way(book):
    book.keep([foreseen("A")])
    book.keep([foreseen("A", NIGHT_S + 86_400, 0.5)])
    book.keep([foreseen("A", NIGHT_S - 86_400, 0.1)])
    book.keep([])
    assert book.forecasts() == {"A": foreseen("A", NIGHT_S + 86_400, 0.5)}


def test_the_same_night_again_is_the_newer_word(book):
    book.keep([foreseen("A")])
    book.keep([foreseen("A", eight=0.4)])
    assert book.forecasts()["A"].p_dark_8w == 0.4


def test_all_or_none(book):
    broken = replace(foreseen("B"), system=None)
    with pytest.raises(IntegrityError):
        book.keep([foreseen("A"), broken])
    assert book.forecasts() == {}


def test_a_fact_of_an_older_model_is_left_out(book, engine):
    book.keep([foreseen("A")])
    told = [["gone", 1.0, 2.0], [FACTS[0].name, 0.62, 1.5]]
    with engine.begin() as connection:
        connection.execute(update(battery_forecasts).values(reasons=told))
    assert book.forecasts()["A"].reasons == REASONS[:1]
