"""The baselines' features, from readings."""

import numpy as np

from analytics.evaluate.record import read_record
from analytics.evaluate.simple_facts import NAMES, daily_facts, features
from tests.unit.analytics.evaluate.conftest import EPOCH


def facts(failing):
    record = read_record(*failing.write())
    table = features(record, daily_facts(record))
    f = record.forecasts
    serial = np.array([s.code for s in record.registry.systems])[f.system]
    return {name: table[:, i] for i, name in enumerate(NAMES)}, serial, f.as_of - EPOCH


def test_counts_are_of_the_days_before_and_of_no_later_day(failing):
    told, serial, week = facts(failing)
    mine = serial == "V0-0"  # dark on day 120, below 11.5 V from day 115 on
    low = dict(zip(week[mine].tolist(), told["V < 11.5 V"][mine].tolist(), strict=True))
    assert low[112] == 0.0
    assert 0 < low[119] < low[126] < low[140]
    assert (told["V < 11.5 V"][serial == "V0-9"] == 0).all()


def test_rows_a_day_are_those_that_came(failing):
    told, _, week = facts(failing)
    assert np.allclose(told["rows a day"][week >= 56], 6.0, atol=0.3)


def test_a_falling_dawn_is_a_falling_slope_and_too_few_days_are_none(failing):
    told, serial, week = facts(failing)
    slope = told["dawn slope"]
    assert slope[(serial == "V0-0") & (week == 119)][0] < -0.01
    assert np.isfinite(slope[week >= 21]).all()
    assert abs(slope[(serial == "V0-9") & (week == 119)][0]) < 1e-6
    assert np.isnan(slope[week <= 7]).all()


def test_age_counts_from_the_installation(failing):
    told, _, week = facts(failing)
    assert set(np.diff(np.unique(told["age"] - week))) == set()
