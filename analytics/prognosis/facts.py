"""All facts that the prognosis weighs, as of a day."""

from collections.abc import Mapping

import numpy as np

from analytics.indicators.day_view import Floats
from analytics.indicators.table import IndicatorTable
from analytics.prognosis import charge_facts, night_facts, wear_facts
from analytics.prognosis.battery_past import battery_past
from analytics.prognosis.fact import Fact

FACTS: tuple[Fact, ...] = (*wear_facts.FACTS, *night_facts.FACTS, *charge_facts.FACTS)


def facts(table: IndicatorTable, day: int) -> Mapping[str, Floats]:
    """Each of ``FACTS``, float32 of shape (systems,), from the columns up to ``day`` alone.

    NaN = not known. None of them says how much was heard of a system: silence is no wear.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        past = battery_past(table, day)
        return wear_facts.wear(past) | night_facts.night(past) | charge_facts.charge(past)
