"""One look at the fleet, kept for seconds, made once however many ask."""

import dataclasses
import threading

import pytest

from analytics.tickets.ticket import SystemStatus
from api.fleet.snapshot import NEWEST_AGE_S, REGISTRY_AGE_S, FleetView
from collector.domain.device import Assignment
from tests.unit.api.fakes import DatabaseDownError
from tests.unit.api.world import NOW_S


def test_a_snapshot_is_kept_and_then_made_anew(world):
    view = FleetView(world.services())
    first = view.now()
    world.now_s += REGISTRY_AGE_S - 1
    assert view.now() is first
    world.now_s += 2
    assert view.now() is not first
    assert world.registry.loads == 2


def test_a_clock_set_back_does_not_freeze_it(world):
    view = FleetView(world.services())
    view.now()
    world.now_s -= 86_400
    assert view.now().at_s == world.now_s


def test_many_threads_load_once(world):
    view, all_ask, load = FleetView(world.services()), threading.Event(), world.registry.load

    def slow_load():
        all_ask.wait(5)
        return load()

    world.registry.load = slow_load
    threads = [threading.Thread(target=view.now) for _ in range(8)]
    for thread in threads:
        thread.start()
    all_ask.set()
    for thread in threads:
        thread.join()
    assert world.registry.loads == 1


def test_a_failure_is_told_and_not_remembered(world):
    view = FleetView(world.services())
    world.book.down = True
    with pytest.raises(DatabaseDownError):
        view.now()
    world.book.down = False
    assert len(view.now().fleet.systems) == 206


def test_newest_readings_are_by_house_and_kept_longer(world):
    view = FleetView(world.services())
    newest = view.newest_s()
    healthy = next(s.code for s in world.fleet.systems if s.code not in world.fault_of)
    silent = next(code for code, fault in world.fault_of.items() if fault == "silent")
    assert NOW_S - newest[healthy] < 3600
    assert NOW_S - newest[silent] > 3 * 86_400
    world.now_s += NEWEST_AGE_S - 1
    view.newest_s()
    assert world.store.asked == ["latest"]


def test_a_reading_counts_for_the_house_the_device_stood_in_then(world):
    old = world.fleet.assignments[0]
    code = world.fleet.systems[-1].code
    moved = (
        dataclasses.replace(old, until_s=int(NOW_S) + 10),
        Assignment(old.serial, code, int(NOW_S) + 10),
    )
    world.registry.fleet = dataclasses.replace(world.fleet, assignments=moved)
    newest = FleetView(world.services()).newest_s()
    assert set(newest) == {old.system}


def test_the_device_now_is_the_one_assigned_now(world):
    a = world.fleet.assignments[0]
    swap_s = int(NOW_S) - 1000
    history = (
        dataclasses.replace(a, until_s=swap_s),
        Assignment("KPK-9999", a.system, swap_s),
    )
    world.registry.fleet = dataclasses.replace(world.fleet, assignments=history)
    snapshot = FleetView(world.services()).now()
    assert snapshot.device_now(a.system).serial == "KPK-9999"
    assert snapshot.device_now(world.fleet.systems[-1].code) is None


def test_tickets_of_a_system_are_by_deadline(world):
    ticket = next(iter(world.book.tickets.values()))
    sooner = dataclasses.replace(ticket, number=999, fault="silent", due_s=ticket.due_s - 5)
    world.book.tickets[999] = sooner
    snapshot = FleetView(world.services()).now()
    assert [t.number for t in snapshot.tickets_of[ticket.system]] == [999, ticket.number]


def test_never_judged_is_new(world):
    world.book.judged.clear()
    assert FleetView(world.services()).now().status("OEM-0001-P") is SystemStatus.NEW
