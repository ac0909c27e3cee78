import numpy as np

from device_sim.delivery import Delivery
from device_sim.grid import times_of
from tests.fixtures.simulated_field import DAY, mixed_fleet

FLEET = mixed_fleet()
PHASE_S = np.arange(len(FLEET)) * 20
PHASE_S[3] = PHASE_S[0]
DELIVERY = Delivery.of(FLEET, PHASE_S, 1)
DAYS = range(DAY, DAY + 300)
ALL = np.arange(len(FLEET))


def waits_s(day: int) -> np.ndarray:
    return DELIVERY.received_s(day, ALL) - times_of(day)[None, :] - PHASE_S[:, None]


def test_most_arrive_within_a_minute_and_none_before_it_was_taken():
    waits = np.array([waits_s(day) for day in DAYS])
    assert waits.min() >= 2
    assert 0.95 < (waits < 60).mean() < 1.0
    assert waits.max() > 86_400
    assert waits.max() < 2 * 86_400


def test_a_gateways_outage_is_that_of_all_its_systems():
    late = np.array([waits_s(day) > 600 for day in DAYS])
    assert late[:, 0].any()
    assert np.array_equal(late[:, 0], late[:, 3])
    assert not np.array_equal(late[:, 0], late[:, 5])


def test_what_waited_arrives_when_the_uplink_is_back():
    for day in DAYS:
        waits = waits_s(day)[0]
        held = np.flatnonzero(waits > 1000)
        if held.size > 2:
            arrival = times_of(day)[held] + waits[held]
            assert len(set(arrival.tolist())) == 1
            return
    raise AssertionError("no outage in 300 days")


def test_the_late_are_those_that_take_longer_than_their_way():
    found = 0
    for day in DAYS:
        late, _ = DELIVERY.detours(day)
        expected = waits_s(day) > DELIVERY.delay_s[:, None]
        told = np.zeros_like(expected)
        told[late.rows, late.steps] = True
        assert np.array_equal(told, expected)
        assert np.array_equal(DELIVERY.received_s(day, ALL)[late.rows, late.steps], late.received_s)
        found += late.rows.size
    assert found


def test_some_arrive_twice_a_little_later_than_the_first_time():
    found = 0
    for day in DAYS:
        _, again = DELIVERY.detours(day)
        after = again.received_s - DELIVERY.received_s(day, ALL)[again.rows, again.steps]
        assert ((after >= 30) & (after <= 630)).all()
        found += again.rows.size
    assert 0 < found / (300 * 12 * 96) < 0.01
