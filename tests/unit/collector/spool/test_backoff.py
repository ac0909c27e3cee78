import pytest

from collector.spool.backoff import Backoff


def test_each_pause_is_twice_the_one_before_up_to_the_last(monkeypatch):
    monkeypatch.setattr("random.uniform", lambda _low, high: high)
    pauses = Backoff(0.5, 3.0)
    assert [pauses.next_s() for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_after_a_success_it_begins_anew(monkeypatch):
    monkeypatch.setattr("random.uniform", lambda _low, high: high)
    pauses = Backoff(0.5, 3.0)
    pauses.next_s()
    pauses.next_s()
    pauses.succeeded()
    assert pauses.next_s() == pytest.approx(0.5)


def test_no_two_wait_alike():
    found = {Backoff(1.0, 1.0).next_s() for _ in range(50)}
    assert len(found) > 40
    assert 0.5 <= min(found) < max(found) <= 1.0
