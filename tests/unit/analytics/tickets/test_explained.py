"""The table of causes: known faults, no circles, and what it means."""

import pytest

from analytics.tickets.explained import EXPLAINED_BY, METERS, SUPERSEDED_BY, explained
from tests.contract.test_detectors import FAULTS


def test_only_known_faults_stand_in_the_tables():
    for table in (EXPLAINED_BY, SUPERSEDED_BY):
        assert set(table) <= FAULTS
        assert frozenset().union(*table.values()) <= FAULTS
    assert frozenset().union(*METERS.values()) <= FAULTS


def test_no_fault_explains_itself_by_way_of_others():
    def causes(fault, seen):
        for cause in EXPLAINED_BY.get(fault, ()):
            assert cause not in seen, f"{fault} and {cause} explain each other"
            causes(cause, {*seen, cause})

    for fault in EXPLAINED_BY:
        causes(fault, {fault})


def test_what_supersedes_also_explains():
    for fault, causes in SUPERSEDED_BY.items():
        assert causes <= EXPLAINED_BY[fault]


@pytest.mark.parametrize(
    ("fault", "causes", "answer"),
    [
        ("silent", {"panel_disconnected": {}}, True),
        ("silent", {"panel_soiled": {}}, False),
        ("battery_degraded", {"battery_failed_abruptly": {}}, True),
        ("battery_failed_abruptly", {"battery_degraded": {}}, False),
        ("battery_failed_abruptly", {"load_bypassed": {}}, True),
        ("panel_soiled", {}, False),
        ("lamp_early_dark", {"clock_fault": {}}, True),
        ("lamp_partial", {"clock_fault": {}}, True),
        ("battery_degraded", {"sensor_fault": {"meter": 7.0}}, True),
        ("panel_soiled", {"sensor_fault": {"meter": 5.0}}, True),
        ("panel_soiled", {"sensor_fault": {"meter": 2.0}}, False),
        ("panel_soiled", {"sensor_fault": {}}, False),
        ("panel_soiled", {"sensor_fault": {"meter": float("nan")}}, False),
    ],
)
def test_one_cause_is_one_job(fault, causes, answer):
    assert explained(fault, causes) is answer
