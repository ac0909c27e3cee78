import numpy as np

from device_sim.delivery import Delivery
from device_sim.grid import times_of
from tests.fixtures.simulated_field import DAY, mixed_fleet

FLEET = mixed_fleet()
DELIVERY = Delivery.of(FLEET, 1)
DAYS = range(DAY, DAY + 300)


def waits_s(day: int) -> np.ndarray:
    time_s = np.broadcast_to(times_of(day), (len(FLEET), 96))
    return DELIVERY.received_s(day, time_s) - time_s


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


def test_some_arrive_twice_a_little_later():
    found = 0
    for day in DAYS:
        received = np.broadcast_to(times_of(day), (len(FLEET), 96)) + 5
        again = DELIVERY.again(day, received)
        assert (again.received_s > received[again.rows, again.steps]).all()
        found += len(again.rows)
    assert 0 < found / (300 * 12 * 96) < 0.01
