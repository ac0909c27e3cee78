"""The broker's own words are noted, everything else goes on untouched."""

from collector.intake.door import BROKER_DROPPED
from collector.spool.delivery import Delivery
from collector.watch.broker_says import BrokerSays


def test_dropped_messages_are_noted_and_not_stored():
    put, done = [], []
    broker = BrokerSays(lambda d, _done: put.append(d) or True)
    for payload in (b"7", b"12", b"", b"-1", b"x" * 99):
        assert broker.put(Delivery("", BROKER_DROPPED, payload, 0.0), lambda: done.append(1))
    assert (broker.dropped, len(done), put) == (12, 5, [])


def test_everything_else_goes_on():
    delivery, done = Delivery("KPK-0001", "shs/v1/KPK-0001/data", b"7", 0.0), []
    broker = BrokerSays(lambda d, told: d is delivery and (told() or False))
    assert broker.put(delivery, lambda: done.append(1)) is False
    assert (broker.dropped, done) == (0, [1])
