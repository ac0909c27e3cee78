from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from collector.domain.device import Assignment, Kind
from device_sim.fault import Episode, Span
from device_sim.faults import known_faults
from device_sim.fleet import fleet_of
from device_sim.planning import Lot, plan
from tests.fixtures.simulated_field import BOTI, DAY, DAY_S, system

SPAN = Span(DAY * DAY_S, (DAY + 60) * DAY_S)
LOT = Lot(1, known_faults())


@pytest.fixture(scope="module")
def fleet():
    """A thousand homes, half of them behind ten gateways, and sixty street lights."""
    systems = [system(n) for n in range(1000)]
    systems += [system(n, kind=Kind.STREET_LIGHT) for n in range(1000, 1060)]
    assignments = [
        Assignment(f"KPK-{n:04d}", s.code, 0, gateway=f"gw-{n // 50}" if n < 500 else "")
        for n, s in enumerate(systems)
    ]
    return fleet_of([BOTI], systems, assignments, 1)


def test_a_fleet_has_its_share_of_every_fault(fleet):
    episodes = plan(fleet, LOT, SPAN)
    own = Counter(e.fault for e in episodes if e.shape or e.fault != "silent")
    assert 20 <= own["battery_degraded"] <= 45
    assert 8 <= own["panel_disconnected"] <= 16
    assert 15 <= own["panel_soiled"] <= 30
    assert 4 <= own["lamp_failed"] <= 7


def test_a_gateway_takes_all_its_systems_along(fleet):
    silent = [e for e in plan(fleet, LOT, SPAN) if e.fault == "silent"]
    outages = Counter((e.start_s, e.end_s) for e in silent)
    assert sorted(outages.values())[-1] == 50
    assert sum(n == 1 for n in outages.values()) >= 8


def test_real_gateways_are_spared(fleet):
    spared = Lot(1, known_faults(), frozenset(fleet.gateways))
    moments = Counter(e.start_s for e in plan(fleet, spared, SPAN))
    assert max(moments.values()) == 1


def test_the_same_seed_strikes_the_same_and_another_others(fleet):
    first, again = plan(fleet, LOT, SPAN), plan(fleet, LOT, SPAN)
    assert first == again
    assert plan(fleet, Lot(2, known_faults()), SPAN) != first


def test_nobody_has_two_faults_of_his_own(fleet):
    lonely = Lot(1, tuple(f for f in known_faults() if f.scope == "system"))
    counts = Counter(e.serial for e in plan(fleet, lonely, SPAN))
    assert set(counts.values()) == {1}


def test_lamps_fail_at_lamp_posts_only(fleet):
    houses = zip(fleet.serials, fleet.systems, strict=True)
    lights = {serial for serial, system in houses if system.kind is Kind.STREET_LIGHT}
    assert {e.serial for e in plan(fleet, LOT, SPAN) if e.fault == "lamp_failed"} <= lights


def test_a_later_period_leaves_the_past_and_the_sick_alone(fleet):
    later = Span(SPAN.end_s, SPAN.end_s + 60 * DAY_S, opening=False)
    sick = [Episode("panel_soiled", s, SPAN.start_s, float("inf")) for s in fleet.serials[:400]]
    healed = [Episode("panel_soiled", s, 0.0, SPAN.end_s - 1) for s in fleet.serials[400:]]
    lonely = Lot(1, tuple(f for f in known_faults() if f.scope == "system"))
    episodes = plan(fleet, lonely, later, [*sick, *healed])
    assert min(e.start_s for e in episodes) >= later.start_s
    assert not {e.serial for e in episodes} & {e.serial for e in sick}
    assert {e.serial for e in episodes} & {e.serial for e in healed}


def test_ten_to_thirty_percent_of_battery_failures_are_abrupt():
    rate = {f.code: f.rate_per_year for f in known_faults()}
    abrupt = rate["battery_failed_abruptly"]
    assert 0.1 < abrupt / (abrupt + rate["battery_degraded"]) < 0.3


def test_a_panel_without_diodes_is_spared_by_what_needs_them(fleet):
    spared = {s for s, d in zip(fleet.serials, fleet.modules.diodes, strict=True) if d == 0}
    assert 0 < len(spared) < len(fleet)
    failing = [
        replace(f, rate_per_year=100.0) for f in LOT.faults if f.code == "panel_substring_failed"
    ]
    struck = {e.serial for e in plan(fleet, Lot(1, failing), SPAN)}
    assert struck == set(fleet.serials) - spared


def test_rare_faults_strike_few_systems_now_and_then_at_their_rate(fleet):
    lamps = [f for f in LOT.faults if f.code == "lamp_partial"]
    expected = lamps[0].rate_per_year * 60 * 60 / 365.25
    struck = [len(plan(fleet, Lot(seed, lamps), SPAN)) for seed in range(200)]
    assert np.mean(struck) == pytest.approx(expected, rel=0.15)
    assert max(struck) - min(struck) == 1


def test_what_goes_on_for_years_stands_already_when_a_record_opens(fleet):
    opening = replace(SPAN, opening=True)
    slow, later = (
        [e for e in plan(fleet, LOT, span) if e.fault == "panel_degraded"]
        for span in (opening, replace(SPAN, opening=False))
    )
    assert 25 <= len(slow) <= 50
    assert len(later) <= 4
    assert np.mean([e.start_s < SPAN.start_s for e in slow]) > 0.7
