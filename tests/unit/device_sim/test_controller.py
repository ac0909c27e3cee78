from dataclasses import replace

import numpy as np
import pytest

from device_sim.battery import Circuit
from device_sim.controller import (
    ABSORPTION,
    BULK,
    EQUALISE,
    FLOAT,
    OFF,
    Balance,
    ControllerBank,
    ControllerState,
    PanelStep,
    available_a,
    cut_off,
    limit_v,
    next_stage,
    next_stage_dark,
    panel_side,
    settle,
    settle_again,
    settle_dark,
)
from device_sim.panel import maximum_power


def one(value: float) -> np.ndarray:
    return np.array([value], np.float32)


BANK = ControllerBank(
    mppt=np.array([False]),
    absorb_v=one(14.4),
    float_v=one(13.8),
    equal_v=one(0.0),
    boost_return_v=one(13.2),
    absorb_h=one(2.0),
    per_k=one(-0.018),
    cut_v=one(11.1),
    reconnect_v=one(12.6),
    own_a=one(0.01),
)
TRACKER = replace(BANK, mppt=np.array([True]))
PANEL = PanelStep(one(3.0), one(20.0), *maximum_power(one(3.0), one(20.0)))


def circuit(emf_v: float, ohm: float = 0.5) -> Circuit:
    return Circuit(one(emf_v), one(emf_v), one(ohm), one(ohm), (one(ohm), one(ohm)))


def state(stage: int = BULK, absorbed_h: float = 0.0, *, cut: bool = False) -> ControllerState:
    now = ControllerState.resting(one(0.0))
    now.stage[:], now.absorbed_h[:], now.cut[:] = stage, absorbed_h, cut
    return now


def held(voltage_v: float, charge_a: float) -> Balance:
    return Balance(one(voltage_v), one(charge_a), one(0.1), one(charge_a - 0.1), np.array([True]))


def test_in_bulk_all_that_the_sun_gives_goes_in():
    balance = settle(one(2.0), one(0.51), one(14.4), circuit(12.5))
    assert balance.charge_a[0] == 2.0
    assert balance.battery_a[0] == pytest.approx(1.49)
    assert not balance.limited[0]


def test_near_full_the_voltage_is_held_and_the_current_tapers():
    currents = []
    for emf in (13.6, 13.9, 14.2):
        balance = settle(one(3.0), one(0.0), one(14.4), circuit(emf))
        assert balance.voltage_v[0] == pytest.approx(14.4, abs=1e-5)
        assert balance.limited[0]
        currents.append(float(balance.battery_a[0]))
    assert currents == pytest.approx([1.6, 1.0, 0.4], abs=1e-4)


def test_a_held_back_panel_still_feeds_the_load():
    balance = settle(one(3.0), one(1.0), one(14.4), circuit(14.4))
    assert balance.charge_a[0] == pytest.approx(1.0)
    assert balance.battery_a[0] == pytest.approx(0.0, abs=1e-6)


def test_a_battery_above_the_limit_gets_nothing():
    balance = settle(one(3.0), one(0.2), one(13.8), circuit(14.2))
    assert balance.charge_a[0] == 0
    assert balance.battery_a[0] < 0


def test_the_dark_is_a_sun_that_gives_nothing():
    none = settle(one(0.0), one(0.3), one(14.4), circuit(12.5))
    dark = settle_dark(one(0.3), circuit(12.5))
    for name in ("voltage_v", "charge_a", "load_a", "battery_a", "limited"):
        assert getattr(none, name) == pytest.approx(getattr(dark, name)), name


def test_only_the_rows_asked_for_settle_again():
    two = np.array([12.5, 12.5], np.float32)
    ohm = np.array([0.5, 0.5], np.float32)
    pair = Circuit(two, two, ohm, ohm, (ohm, ohm))
    sun, limit = np.array([2.0, 2.0], np.float32), np.array([14.4, 14.4], np.float32)
    balance = settle(sun, np.array([0.5, 0.5], np.float32), limit, pair)
    balance.load_a[1] = 0.0
    settle_again(balance, np.array([1]), sun, limit, pair)
    assert balance.battery_a == pytest.approx([1.5, 2.0])
    assert balance.voltage_v == pytest.approx([13.25, 13.5])


def test_the_limit_follows_stage_and_temperature():
    assert limit_v(BANK, state(BULK), one(25.0))[0] == pytest.approx(14.4)
    assert limit_v(BANK, state(FLOAT), one(35.0))[0] == pytest.approx(13.8 - 0.18)


def test_cut_off_latches_until_reconnect():
    now = state()
    assert cut_off(BANK, now, one(11.0))[0]
    assert not cut_off(BANK, now, one(12.0))[0]
    assert now.cut[0]
    cut_off(BANK, now, one(12.7))
    assert not now.cut[0]


def test_above_the_cut_off_nothing_happens():
    now = state()
    assert not cut_off(BANK, now, one(11.2))[0]
    assert not now.cut[0]


def test_absorption_ends_in_float_after_its_hours():
    now, stages = state(), []
    for _ in range(9):
        next_stage(BANK, now, held(14.4, 1.0), one(14.4))
        stages.append(int(now.stage[0]))
    assert stages[:7] == [ABSORPTION] * 7
    assert stages[-1] == FLOAT


def test_a_cloud_does_not_start_absorption_anew_but_the_night_does():
    now = state(BULK, 1.5)
    next_stage(BANK, now, held(13.5, 0.5), one(14.4))
    assert (now.stage[0], now.absorbed_h[0]) == (BULK, 1.5)
    next_stage(BANK, now, held(12.6, 0.0), one(14.4))
    assert (now.stage[0], now.absorbed_h[0]) == (OFF, 0.0)


def equalised(equal_v: float, unequal_days: float) -> list[int]:
    """Stages of a bright day from absorption on."""
    bank, now = replace(BANK, equal_v=one(equal_v)), state(BULK)
    now.unequal_days[:] = unequal_days
    stages = []
    for _ in range(20):
        limit = limit_v(bank, now, one(25.0))
        next_stage(bank, now, held(float(limit[0]), 1.0), limit)
        stages.append(int(now.stage[0]))
    return stages


def test_after_a_month_two_hours_of_equalising_come_before_the_float():
    stages = equalised(14.8, 30.0)
    assert stages == [ABSORPTION] * 7 + [EQUALISE] * 8 + [FLOAT] * 5


@pytest.mark.parametrize(("equal_v", "days"), [(14.8, 29.0), (0.0, 300.0)])
def test_before_that_or_without_the_setting_there_is_none(equal_v, days):
    assert EQUALISE not in equalised(equal_v, days)


def test_equalising_has_its_own_voltage_and_ends_the_month():
    bank, now = replace(BANK, equal_v=one(14.8)), state(EQUALISE)
    now.unequal_days[:] = 31.0
    assert limit_v(bank, now, one(25.0))[0] == pytest.approx(14.8)
    for _ in range(9):
        next_stage(bank, now, held(14.7, 1.0), one(14.8))
    assert (now.stage[0], now.unequal_days[0], now.equalised_h[0]) == (FLOAT, 0.0, 0.0)


def test_a_night_ends_the_float_when_the_voltage_sags():
    now = state(FLOAT, 1.0)
    next_stage_dark(BANK, now, one(13.3))
    assert now.stage[0] == FLOAT
    next_stage_dark(BANK, now, one(12.9))
    assert (now.stage[0], now.absorbed_h[0]) == (OFF, 0.0)


def test_float_falls_back_to_bulk_when_the_voltage_sags():
    now = state(FLOAT)
    next_stage(BANK, now, held(13.5, 0.5), one(13.8))
    assert now.stage[0] == FLOAT
    next_stage(BANK, now, held(13.0, 0.5), one(13.8))
    assert now.stage[0] == BULK


def test_a_tracker_gets_more_out_of_a_panel_than_a_switch():
    switch, tracker = (available_a(b, PANEL, one(12.5))[0] for b in (BANK, TRACKER))
    assert switch == pytest.approx(3.0, abs=0.05)
    assert tracker > 1.1 * switch


def test_a_switch_pins_the_panel_to_the_battery():
    free = Balance(one(12.8), one(3.0), one(0.0), one(3.0), np.array([False]))
    assert panel_side(BANK, PANEL, free)[0][0] == pytest.approx(12.95)


@pytest.mark.parametrize("bank", [BANK, TRACKER])
def test_a_panel_held_back_floats_up_towards_its_open_circuit(bank):
    volts = []
    for charge in (2.5, 1.0, 0.1):
        balance = Balance(one(14.4), one(charge), one(0.0), one(charge), np.array([True]))
        volts.append(float(panel_side(bank, PANEL, balance)[0][0]))
    assert volts == sorted(volts)
    assert 14.4 < volts[0] < volts[-1] <= 20.0


def test_a_tracker_loses_a_twentieth_of_the_power():
    balance = Balance(one(13.0), one(2.0), one(0.0), one(2.0), np.array([False]))
    volts, amps = panel_side(TRACKER, PANEL, balance)
    assert float((volts * amps)[0]) * 0.95 == pytest.approx(26.0, rel=1e-3)
