import numpy as np

from device_sim.answers import answers_of
from device_sim.fault import Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet, timeline_of

START_S = (DAY + 2) * DAY_S


def failed(row: int, **shape: float) -> Episode:
    return Episode("battery_failed_abruptly", SERIALS[row], START_S, np.inf, 0.5, shape)


def night_v(flows: Flows, row: int) -> np.ndarray:
    return flows["battery_voltage_v"].reshape(-1, 96, 12)[:, 60:70, row].mean(axis=1)


def test_a_shorted_cell_takes_two_volts_from_a_lead_acid_battery_at_once():
    sick = Flows(mixed_fleet(), 8, [failed(7, shorted_cells=1.0, ohm=1.2)])
    well = Flows(mixed_fleet(), 8)
    fall = night_v(well, 7) - night_v(sick, 7)
    assert not fall[:2].any()
    assert 1.2 < fall[3:].mean() < 2.6
    assert night_v(sick, 6).tolist() == night_v(well, 6).tolist()


def test_its_sun_never_lifts_it_to_where_it_was():
    sick = Flows(mixed_fleet(), 8, [failed(7, shorted_cells=1.0, ohm=1.2)])
    top = sick["battery_voltage_v"].reshape(-1, 96, 12)[:, :, 7].max(axis=1)
    assert top[3:].max() < top[:2].max() - 0.3


def test_a_broken_strap_sags_under_load_and_jumps_under_charge():
    sick = Flows(mixed_fleet(), 8, [failed(7, shorted_cells=0.0, ohm=6.0)])
    well = Flows(mixed_fleet(), 8)
    spread = [np.ptp(f["battery_voltage_v"][3 * 96 :, 7]) for f in (sick, well)]
    assert spread[0] > spread[1] + 0.4


def test_its_home_goes_dark_and_the_answer_says_since_when():
    timeline = timeline_of(episodes=[failed(7, shorted_cells=1.0, ohm=1.2)])
    timeline.day(DAY + 14)
    [told] = answers_of(timeline, (DAY + 15) * DAY_S)
    assert told.start_s == START_S
    assert told.dark_from_s
    assert START_S <= told.dark_from_s <= START_S + 9 * DAY_S


def test_a_lithium_pack_with_a_dead_cell_is_cut_off():
    sick = Flows(mixed_fleet(), 6, [failed(4, shorted_cells=1.0, ohm=1.2)])
    nights = sick["cut"].reshape(6, 96, 12)[3:, 44:84, 4]
    assert nights.mean() > 0.9
