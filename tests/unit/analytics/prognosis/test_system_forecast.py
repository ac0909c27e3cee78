"""A table's forecast, one system at a time."""

import numpy as np

from analytics.prognosis.facts import FACTS
from analytics.prognosis.forecast import Forecast
from analytics.prognosis.system_forecast import SystemForecast, system_forecasts

NAME = FACTS[0].name


def test_unknown_systems_are_left_out_and_reasons_stay_with_their_system():
    eight = np.array([0.25, np.nan, 0.5, 0.125], np.float32)
    parts = np.array([[0.01], [2.0], [1.0], [3.0]], np.float32)
    foreseen = Forecast(
        eight / 2,
        eight,
        np.array([False, False, False, True]),
        (NAME,),
        parts,
        {NAME: np.array([0.9, 0.5, 0.6, 0.4], np.float32)},
        np.full((4, 1), 0.95, np.float32),
    )
    first, third, few = system_forecasts(foreseen, ["A", "B", "C", "D"], 100.0)
    assert first == SystemForecast("A", 100.0, 0.125, 0.25)
    assert (third.system, third.p_dark_8w) == ("C", 0.5)
    assert [(r.fact.name, round(r.value, 3)) for r in third.reasons] == [(NAME, 0.6)]
    assert (few.system, few.few_data, few.reasons) == ("D", True, ())
