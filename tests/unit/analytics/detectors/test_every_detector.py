"""Whatever the record lacks, a detector of meters, lamps or silence neither fails nor invents."""

from datetime import timedelta

import numpy as np
import pytest

from analytics.detectors import DETECTORS
from analytics.indicators.coverage import UNHEARD_DAYS
from analytics.indicators.daily import INDICATORS
from analytics.indicators.table import IndicatorTable
from tests.fixtures.village_physics import FIRST_DAY, systems
from tests.fixtures.village_runs import healthy_village

OURS = (
    "clock_fault",
    "controller_load_off",
    "lamp_day_burner",
    "lamp_early_dark",
    "lamp_failed",
    "lamp_partial",
    "load_bypassed",
    "sensor_fault",
    "silent",
)


def empty(count: int, days: int) -> IndicatorTable:
    """Nothing is known of anything."""
    names = [i.name for i in (*INDICATORS, UNHEARD_DAYS)]
    return IndicatorTable(
        systems(count),
        tuple(FIRST_DAY + timedelta(d) for d in range(days)),
        {name: np.full((count, days), np.nan, np.float32) for name in names},
        np.zeros(count, np.int32),
        np.full(count, -1, np.int32),
    )


@pytest.mark.parametrize("fault", OURS)
@pytest.mark.parametrize(("count", "days"), [(1, 1), (1, 2), (3, 5), (7, 30)])
def test_of_nothing_nothing_is_said(fault, count, days):
    found = DETECTORS[fault].judge(empty(count, days), days - 1)
    assert not found.set.any()
    assert found.set.shape == found.clear.shape == found.severity.shape == (count,)
    assert all(values.shape == (count,) for values in found.evidence.values())


@pytest.mark.parametrize("fault", OURS)
@pytest.mark.parametrize("days", [1, 2, 9])
def test_a_young_village_is_left_alone(fault, days):
    table = healthy_village().until(days - 1, 400)
    assert not DETECTORS[fault].judge(table, days - 1).set.any()


@pytest.mark.parametrize("fault", OURS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_texts_are_there_in_both_languages_and_name_volts_or_amperes(fault, language):
    detector = DETECTORS[fault]
    table = healthy_village()
    evidence = {n: float(v[0]) for n, v in detector.judge(table, 40).evidence.items()}
    for text in (detector.title, detector.because, detector.part, detector.check):
        assert "{" not in text.said(language, evidence)
        assert len(text.said(language, evidence)) > 5
    assert " V" in detector.check.said(language, evidence)
