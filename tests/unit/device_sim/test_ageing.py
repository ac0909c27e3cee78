import numpy as np
import pytest

from device_sim.ageing import Ageing, loss_a_day
from device_sim.answers import answers_of
from device_sim.fault import Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet, timeline_of

LEAD, LITHIUM = np.array([0], np.int32), np.array([1], np.int32)


def lost(depth: float, warm_c: float = 27.0, unfull: float = 0.0, kind=LEAD) -> float:
    stress = (np.array([warm_c]), np.array([unfull]), np.array([0.0]))
    return float(loss_a_day(kind, np.array([depth]), stress).total[0])


def course(charge: float, **treatment: float) -> np.ndarray:
    """Capacity day by day of a battery that gives the same charge (share of rating) every night."""
    capacity = [1.0]
    while capacity[-1] > 0.3 and len(capacity) < 8000:
        capacity.append(capacity[-1] - lost(charge / capacity[-1], **treatment))
    return np.array(capacity)


def test_depth_heat_and_want_of_full_charges_each_cost_capacity():
    assert lost(0.6) > 2 * lost(0.2)
    assert lost(0.2, warm_c=35.0) > 1.4 * lost(0.2, warm_c=25.0)
    assert lost(0.2, unfull=20.0) > 1.4 * lost(0.2)
    assert lost(0.2, kind=LITHIUM) < 0.4 * lost(0.2)
    assert lost(0.2, unfull=20.0, kind=LITHIUM) == lost(0.2, kind=LITHIUM)


def test_the_curve_has_a_knee_that_nobody_drew():
    capacity = course(0.35)
    daily = -np.diff(capacity)
    at = [int(np.argmax(capacity < c)) - 1 for c in (0.95, 0.7, 0.45)]
    assert daily[at[1]] > 1.3 * daily[at[0]]
    assert daily[at[2]] > 1.5 * daily[at[1]]
    gentle = course(0.1)
    middle = -np.diff(gentle)[int(np.argmax(gentle < 0.7))]
    assert middle < 1.2 * -np.diff(gentle)[0]


def test_hard_use_in_the_heat_wears_a_battery_out_in_one_to_three_years():
    hard = int(np.argmax(course(0.5, warm_c=31.0, unfull=25.0) < 0.6))
    easy = int(np.argmax(course(0.1, warm_c=25.0) < 0.6))
    assert 365 < hard < 1000
    assert easy > 5 * 365


def test_a_battery_never_gains_and_starts_where_it_was_met():
    fleet = mixed_fleet()
    flows = Flows(fleet, 12)
    capacity = np.array([t.truth.capacity for t in flows.traces])
    lead = fleet.battery.chemistry == 0
    assert np.array_equal(capacity[0, lead], fleet.capacity_start[lead])
    assert (np.diff(capacity[:, lead], axis=0) <= 0).all()
    # A pack holds what its weakest and least balanced cell allows.
    assert (capacity[0, ~lead] < fleet.capacity_start[~lead]).all()
    assert (capacity[0, ~lead] > 0.7 * fleet.capacity_start[~lead]).all()
    assert not np.array([t.truth.renewed for t in flows.traces]).any()


def test_treatment_tells_a_home_without_sun_ages_faster_than_its_twin():
    none = Episode("panel_disconnected", SERIALS[1], DAY * DAY_S, np.inf)
    dark, light = Flows(mixed_fleet(), 40, [none]), Flows(mixed_fleet(), 40)
    fall = [
        float(f.traces[0].truth.capacity[1] - f.traces[-1].truth.capacity[1]) for f in (dark, light)
    ]
    assert fall[0] > 2 * fall[1]
    others = np.arange(12) != 1
    ends = [f.traces[-1].truth.capacity[others] for f in (dark, light)]
    assert np.array_equal(*ends)


def worn_by(warm_c: float, soc: float, days: int = 200) -> tuple[float, float, float]:
    """Capacity, resistance and reluctance of a home's battery after so many like days."""
    fleet = mixed_fleet()
    ageing = Ageing.of(fleet)
    trace = Flows(fleet, 1).traces[0]
    trace.battery_temperature_c[:] = warm_c
    trace.soc[:] = soc
    before = ageing.condition(ageing.capacity, np.ones(12, np.float32), np.zeros(12, np.float32))
    for _ in range(days):
        ageing.pass_day(fleet, trace, np.zeros(12, bool))
    after = ageing.condition(ageing.capacity, np.ones(12, np.float32), np.zeros(12, np.float32))
    capacity, ohm = after.capacity / before.capacity, after.ohm / before.ohm
    return float(capacity[1]), float(ohm[1]), float((after.reluctance / before.reluctance)[1])


def test_heat_shows_in_resistance_and_want_of_charge_in_what_is_accepted():
    hot, starved = worn_by(45.0, 1.0), worn_by(25.0, 0.5)
    assert hot[0] < 0.97
    assert starved[0] < 0.99
    assert hot[1] - 1 > 2 * (1 - hot[0])
    assert starved[1] - 1 < hot[1] - 1
    assert starved[2] * starved[0] > 1.02 > hot[2] * hot[0]


def test_a_repair_of_the_battery_puts_a_new_one_in():
    end_s = (DAY + 3) * DAY_S + 3600
    failed = Episode(
        "battery_failed_abruptly",
        SERIALS[1],
        DAY * DAY_S,
        end_s,
        0.5,
        {"shorted_cells": 1.0, "ohm": 1.2},
    )
    truths = [t.truth for t in Flows(mixed_fleet(), 6, [failed]).traces]
    assert [bool(t.renewed[1]) for t in truths] == [False, False, False, True, False, False]
    assert truths[4].capacity[1] == pytest.approx(0.985, abs=0.036)
    assert truths[0].capacity[1] < 0.6


def test_people_replace_a_worn_battery_in_the_end():
    fleet = mixed_fleet()
    ageing = Ageing.of(fleet)
    trace = Flows(fleet, 1).traces[0]
    ageing.capacity[2] = 0.5
    nobody, days = np.zeros(12, bool), []
    for day in range(DAY, DAY + 130):
        days.append(ageing.renewed(fleet, day, nobody))
        ageing.pass_day(fleet, trace, nobody)
    new = np.array(days)
    assert new.sum(axis=0).tolist() == [0, 0, 1] + [0] * 9
    assert 20 < int(np.argmax(new[:, 2])) < 122


def test_a_battery_worn_by_use_alone_is_on_the_answer_sheet():
    timeline = timeline_of()
    timeline._simulation._ageing.capacity[2] = 0.55
    timeline.day(DAY + 8)
    [told] = answers_of(timeline, (DAY + 9) * DAY_S)
    assert (told.serial, told.fault, told.end_s) == (SERIALS[2], "battery_degraded", None)
    assert told.start_s == DAY * DAY_S
