"""A detector with other numbers, while the real one stays as it is."""

import pytest

from analytics.detectors import DETECTORS
from analytics.rehearsal.thresholds import thresholds_of, with_thresholds
from tests.fixtures.village_physics import table_of
from tests.fixtures.village_runs import DAYS, judged, mixed_fleet, with_silence


@pytest.mark.parametrize("fault", DETECTORS)
def test_every_detector_can_be_rehearsed(fault):
    """Its thresholds are plain numbers, and the copy says the same under them."""
    thresholds = thresholds_of(fault)
    assert all(isinstance(value, int | float) for value in thresholds.values())
    assert with_thresholds(fault, thresholds).fault == fault


def test_another_threshold_changes_the_copy_alone():
    fleet = mixed_fleet()
    fleet.connected[11, 25:30] = False
    table = with_silence(table_of(fleet))
    slow = with_thresholds("panel_disconnected", {"DAYS": 4})
    as_it_is = judged(table, DETECTORS["panel_disconnected"], range(DAYS))
    later = judged(table, slow, range(DAYS))
    assert as_it_is.keys() == later.keys() == {11}
    assert later[11] == as_it_is[11] + 2
    assert thresholds_of("panel_disconnected")["DAYS"] == 2


def test_whole_numbers_stay_whole():
    slow = with_thresholds("panel_disconnected", {"DAYS": 3.0})
    assert isinstance(slow.judge.__globals__["DAYS"], int)


def test_what_is_not_there_is_said():
    with pytest.raises(KeyError):
        thresholds_of("loose_tooth")
    with pytest.raises(KeyError):
        thresholds_of("detector")
    with pytest.raises(KeyError):
        with_thresholds("../silent", {})
    with pytest.raises(LookupError, match="it has"):
        with_thresholds("panel_disconnected", {"PATIENCE": 3})
    with pytest.raises(LookupError):
        with_thresholds("panel_disconnected", {"DETECTOR": 3})
