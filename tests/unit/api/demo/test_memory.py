"""A second start of the demonstration goes on where the first ended."""

from datetime import UTC, datetime, timedelta

from api.demo.memory import DemoMemory


def test_a_first_start_begins_a_world_at_midnight(tmp_path):
    memory = DemoMemory.load(tmp_path, 45, 3)
    age = datetime.now(UTC) - memory.started
    assert timedelta(days=45) <= age < timedelta(days=46)
    assert (memory.started.hour, memory.started.minute, memory.started.second) == (0, 0, 0)
    assert memory.sent_until is None
    assert memory.days_until(memory.started + timedelta(days=45, hours=3)) == 45


def test_a_second_start_keeps_world_and_seed_and_sends_only_what_is_new(tmp_path):
    first = DemoMemory.load(tmp_path, 45, 3)
    until = first.started + timedelta(days=45)
    first.sent(until)
    second = DemoMemory.load(tmp_path, 10, 99)
    assert (second.started, second.seed, second.sent_until) == (first.started, 3, until)
    assert second.days_until(until + timedelta(days=2)) == 2
