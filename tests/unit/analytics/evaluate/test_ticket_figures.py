"""Figures of tickets that can be counted on the fingers."""

import numpy as np
import pytest

from analytics.evaluate.record import read_record
from analytics.evaluate.ticket_figures import MONTH_DAYS, scored, ticket_figures
from tests.unit.analytics.evaluate.conftest import DAYS


def figures(*written):
    records = [read_record(*w.write()) for w in written]
    return ticket_figures(scored(records), np.random.default_rng(1))


def test_recall_delay_and_precision_of_a_fault(written):
    for n, opened in ((0, 43), (1, 45), (2, None)):
        written.ill(f"V0-{n}", "panel_disconnected", 40, 90)
        if opened:
            written.ticket(f"V0-{n}", "panel_disconnected", opened)
    written.ticket("V1-5", "panel_disconnected", 60)
    told = figures(written)["faults"]
    for name in ("panel_disconnected", "panel faults"):
        assert (told[name]["found"], told[name]["visible"]) == (2, 3)
        assert told[name]["recall"]["value"] == pytest.approx(2 / 3, abs=1e-4)
        assert told[name]["median_days"] == 4.0
        assert told[name]["precision"]["value"] == pytest.approx(2 / 3, abs=1e-4)
        assert told[name]["false"] == 1
    assert told["lamp faults"]["recall"]["value"] is None


def test_the_wrong_part_on_the_right_system_is_not_false(written):
    written.ill("V0-0", "panel_soiled", 40, 90)
    written.ticket("V0-0", "panel_shaded", 60)
    told = figures(written)
    assert (told["right"], told["wrong_part"], told["false"]) == (0, 1, 0)


def test_false_tickets_are_counted_by_healthy_months(written):
    for n in range(3):
        written.ticket(f"V{n}-0", "silent", 50)
    told = figures(written)
    months = 60 * (DAYS + 1) / MONTH_DAYS
    assert told["healthy_system_months"] == pytest.approx(months, abs=0.1)
    rate = told["false_per_1000_healthy_system_months"]
    assert rate["value"] == pytest.approx(3000 / months, abs=1e-3)
    assert rate["low"] < rate["value"] < rate["high"]


def test_months_with_a_fault_are_not_healthy_and_overlaps_count_once(written):
    written.ill("V0-0", "panel_soiled", 0, 100)
    written.ill("V0-0", "silent", 50, 120)
    written.ill("V0-1", "silent", 200)
    told = figures(written)
    ill = (120 + DAYS - 200) / MONTH_DAYS
    assert told["system_months"] - told["healthy_system_months"] == pytest.approx(ill, abs=0.11)


def test_the_worst_village_needs_tickets_enough(written):
    written.ticket("V5-0", "silent", 50)
    for n in range(5):
        written.ill(f"V2-{n}", "silent", 40, 90)
        written.ticket(f"V2-{n}", "silent" if n else "panel_soiled", 45)
    worst = figures(written)["worst_village"]
    assert (worst["village"], worst["tickets"], worst["precision"]) == ("V2", 5, 0.8)


def test_no_ticket_at_all_is_no_division_by_zero(written):
    told = figures(written)
    assert told["tickets"] == 0
    assert told["worst_village"]["precision"] is None
    assert told["false_per_1000_healthy_system_months"]["value"] == 0.0


def test_villages_of_two_records_are_different_villages(written, tmp_path):
    other = type(written)(tmp_path / "other")
    for w in (written, other):
        for n in range(4):
            w.ticket(f"V0-{n}", "silent", 50)
    assert figures(written, other)["worst_village"]["precision"] is None
