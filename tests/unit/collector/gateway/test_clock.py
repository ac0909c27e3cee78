"""A clock that is not set says so; one that is set by NTP or the server is not moved by a reset."""

import pytest

from collector.gateway.clock import EARLIEST_UTC_S, GatewayClock, run_id, since_start, synchronised

NOW_S = 1_790_000_000.0
STALE_S = NOW_S - 5 * 86_400


class Machine:
    """A machine that has been on for 100 s and whose own clock is five days behind."""

    def __init__(self, source="ntp"):
        self.on_s = 100.0
        self.ahead_s = STALE_S - 100.0
        self.ntp = False
        self.clock = GatewayClock(
            source,
            machine=lambda: self.on_s + self.ahead_s,
            since_start=lambda: self.on_s,
            synchronised=lambda: self.ntp,
        )

    def set_by_ntp(self):
        self.ntp, self.ahead_s = True, NOW_S - 100.0


def test_until_it_is_set_it_counts_from_the_start():
    machine = Machine()
    assert machine.clock() == 100.0 < EARLIEST_UTC_S
    assert machine.clock.started_s is None
    machine.set_by_ntp()
    machine.on_s += 50
    assert machine.clock() == NOW_S + 50
    assert machine.clock.started_s == NOW_S - 100


@pytest.mark.parametrize("reset_to_s", [0.0, NOW_S - 86_400, NOW_S + 86_400])
def test_a_reset_of_the_machines_clock_changes_nothing(reset_to_s):
    machine = Machine()
    machine.set_by_ntp()
    machine.clock()
    machine.ntp, machine.ahead_s = False, reset_to_s
    machine.on_s += 900
    assert machine.clock() == NOW_S + 900
    machine.set_by_ntp()
    assert machine.clock() == NOW_S + 900


def test_the_server_sets_it_where_ntp_does_not():
    machine = Machine()
    machine.clock.set(5.0)
    assert machine.clock() == 100.0, "nonsense sets nothing"
    machine.clock.set(NOW_S)
    machine.on_s += 10
    assert machine.clock() == NOW_S + 10
    machine.set_by_ntp()
    machine.clock.set(NOW_S + 5000)
    assert machine.clock() == NOW_S + 10


def test_a_machine_with_a_battery_is_believed():
    machine = Machine("machine")
    assert machine.clock() == STALE_S


def test_this_machine_answers():
    assert since_start() > 0
    assert run_id()
    assert synchronised() in {True, False}
