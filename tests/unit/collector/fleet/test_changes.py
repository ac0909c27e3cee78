"""What counts as a change, and the registry that keeps nothing."""

from collector.domain.device import Assignment, Village
from collector.fleet.changes import EmptyFleet, FleetChanges
from collector.fleet.port import Fleet


def test_no_changes_are_none():
    assert not FleetChanges().any


def test_each_kind_of_change_is_one():
    device = Assignment("D", "BOT-0001-0", 0)
    village = Village("Boti", "", "", "Asia/Makassar", 0, 0)
    assert FleetChanges(villages=(village,)).any
    assert FleetChanges(ended=(device,)).any
    assert FleetChanges(begun=(device,)).any
    assert FleetChanges(corrected=((device, device),)).any


def test_an_empty_fleet_plans_but_keeps_nothing():
    empty = EmptyFleet()
    seen = []
    changes = FleetChanges(begun=(Assignment("D", "BOT-0001-0", 0),))
    assert empty.change(lambda fleet: seen.append(fleet) or changes) is changes
    assert seen == [Fleet()]
    assert empty.load() == Fleet()
