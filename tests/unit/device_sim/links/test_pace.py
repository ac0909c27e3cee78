import pytest

from device_sim.links.pace import Pace


class Now:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock():
    return Now()


@pytest.fixture
def pace(clock):
    return Pace(clock, ahead=3, patience_s=5.0)


def send(pace: Pace, messages: int) -> None:
    for _ in range(messages):
        assert pace.may_send
        pace.count_sent()


def test_it_waits_when_the_collector_is_behind_and_goes_on_when_it_catches_up(pace):
    send(pace, 3)
    assert not pace.may_send
    pace.count_acknowledged()
    assert pace.may_send


def test_when_nobody_acknowledges_it_goes_on_after_its_patience(pace, clock):
    send(pace, 3)
    clock.now_s += 4
    assert not pace.may_send
    clock.now_s += 2
    send(pace, 20)


def test_a_slow_collector_is_waited_for(pace, clock):
    send(pace, 3)
    for _ in range(10):
        clock.now_s += 4
        pace.count_acknowledged()
        pace.count_sent()
    assert not pace.may_send


def test_the_first_sign_of_life_restores_the_limit(pace, clock):
    send(pace, 3)
    clock.now_s += 6
    send(pace, 20)
    pace.count_acknowledged()
    send(pace, 4)
    assert not pace.may_send


def test_more_acknowledgements_than_messages_do_no_harm(pace):
    for _ in range(5):
        pace.count_acknowledged()
    assert pace.open == 0


def test_a_new_connection_forgets_what_was_open(pace):
    send(pace, 3)
    pace.start_anew()
    assert pace.may_send
