"""What every detector of the folder keeps to, whichever fault it finds."""

import string
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import analytics.detectors
from analytics.detectors import DETECTORS
from analytics.detectors.detector import Detector
from analytics.indicators.daily import INDICATORS
from analytics.indicators.table import IndicatorTable
from tests.fixtures.village_physics import Fleet, run, systems, table_of
from tests.fixtures.village_runs import DAYS, healthy_village, judged, mixed_fleet, with_silence

FAULTS = {
    "battery_degraded",
    "battery_failed_abruptly",
    "panel_soiled",
    "panel_shaded",
    "panel_substring_failed",
    "panel_disconnected",
    "panel_connector_loose",
    "panel_degraded",
    "controller_load_off",
    "sensor_fault",
    "clock_fault",
    "load_bypassed",
    "lamp_failed",
    "lamp_partial",
    "lamp_day_burner",
    "lamp_early_dark",
    "silent",
}
every = pytest.mark.parametrize("detector", DETECTORS.values(), ids=list(DETECTORS))


def table_like(table: IndicatorTable, rows=slice(None), days=slice(None)) -> IndicatorTable:
    """Some rows and days of a table."""
    return IndicatorTable(
        table.systems[rows],
        table.days[days],
        {name: values[rows, days] for name, values in table.values.items()},
        table.village_code[rows],
        table.gateway_code[rows],
    )


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_first_five_are_there():
    assert {
        "battery_degraded",
        "panel_disconnected",
        "panel_soiled",
        "silent",
        "lamp_failed",
    } <= set(DETECTORS)


@every
def test_a_detector_lies_in_the_file_of_its_fault(detector: Detector):
    assert detector.fault in FAULTS
    folder = Path(analytics.detectors.__file__).parent
    assert (folder / f"{detector.fault}.py").is_file()
    assert DETECTORS[detector.fault] is detector


@every
def test_its_words_are_there_in_both_languages(detector: Detector):
    for text in (detector.title, detector.because, detector.part, detector.check):
        assert text.id.strip()
        assert text.en.strip()
        assert text.id != text.en
        assert names_in(text.id) == names_in(text.en)
    assert "V" in detector.check.id, "a check names the volts to expect"
    assert detector.due_in_days > 0


@every
def test_its_words_name_only_numbers_that_it_gives(detector: Detector):
    found = detector.judge(healthy_village(), DAYS - 1)
    for text in (detector.title, detector.because, detector.part, detector.check):
        assert names_in(text.id) <= set(found.evidence)
    evidence = {name: float(values[0]) for name, values in found.evidence.items()}
    said = detector.because.said("id", evidence)
    assert "{" not in said


@every
def test_findings_have_the_shape_of_the_fleet(detector: Detector):
    table = healthy_village()
    n = len(table.systems)
    for day in (0, 1, 10, DAYS - 1):
        found = detector.judge(table, day)
        assert found.set.shape == found.clear.shape == found.severity.shape == (n,)
        assert found.set.dtype == found.clear.dtype == bool
        assert not (found.set & found.clear).any()
        assert np.isfinite(found.severity).all()
        assert ((found.severity >= 0) & (found.severity <= 1)).all()
        assert all(values.shape == (n,) for values in found.evidence.values())


@every
@pytest.mark.parametrize("seed", [1, 2])
def test_a_healthy_village_has_no_finding(detector: Detector, seed: int):
    assert judged(healthy_village(seed), detector, range(DAYS)) == {}


@every
def test_it_reads_no_day_after_the_one_judged(detector: Detector):
    table = healthy_village()
    early = detector.judge(table, 30)
    cut = detector.judge(table_like(table, days=slice(0, 31)), 30)
    np.testing.assert_array_equal(early.set, cut.set)
    np.testing.assert_array_equal(early.clear, cut.clear)


@every
@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("days", [1, 2, 12])
def test_few_systems_and_few_days_are_no_trouble(detector: Detector, count: int, days: int):
    table = with_silence(table_of(Fleet(systems(count), days, seed=3)))
    assert judged(table, detector, range(days)) == {}


@every
def test_missing_columns_are_no_trouble(detector: Detector):
    fleet = Fleet(systems(8), 14, seed=3)
    block = run(fleet)
    for field in block.values:
        one_missing = replace(block, values=dict(block.values))
        one_missing.values[field] = np.full_like(block[field], np.nan)
        table = with_silence(table_of(fleet, one_missing))
        assert judged(table, detector, range(14)) == {}, field


@every
def test_nothing_measured_is_no_finding(detector: Detector):
    fleet = Fleet(systems(8), 14, seed=3)
    block = run(fleet)
    for values in block.values.values():
        values[:] = np.nan
    assert judged(with_silence(table_of(fleet, block)), detector, range(14)) == {}


@every
def test_readings_without_any_value_are_not_silence(detector: Detector):
    table = healthy_village()
    empty = {
        i.name: np.full_like(table[i.name], np.nan)
        for i in INDICATORS
        if i.name not in {"rows", "coverage"}
    }
    blank = replace(table, values={**table.values, **empty})
    assert judged(blank, detector, range(0, DAYS, 7)) == {}


@every
def test_it_sees_no_other_village(detector: Detector):
    """Two villages judged together are judged as each alone."""
    fleet = mixed_fleet()
    fleet.dirt[5] += np.clip((np.arange(DAYS) - 18) * 0.006, 0, 0.3)
    fleet.connected[9, 30:] = False
    here, there = with_silence(table_of(fleet)), healthy_village(2)
    both = IndicatorTable(
        here.systems + there.systems,
        here.days,
        {name: np.concatenate([here[name], there[name]]) for name in here.values},
        np.repeat(np.array([0, 1], np.int32), [len(here.systems), len(there.systems)]),
        np.concatenate([here.gateway_code, there.gateway_code]),
    )
    alone = detector.judge(here, DAYS - 1).set
    together = detector.judge(both, DAYS - 1).set
    np.testing.assert_array_equal(together[: len(here.systems)], alone)
    assert not together[len(here.systems) :].any()
