"""Who says that its clock is not set is told the time, and nobody else is."""

import json

import pytest

from collector.intake.time_teller import TimeTeller
from collector.spool.delivery import Delivery

NOW_S = 1_790_000_000.25


@pytest.fixture
def teller():
    put, said = [], []
    teller = TimeTeller(lambda delivery, _done: put.append(delivery) or True, lambda: NOW_S)
    teller.say = lambda topic, payload: said.append((topic, json.loads(payload)))
    teller.passed_on, teller.said = put, said
    return teller


def deliver(teller, topic, payload, publisher="gw-boti"):
    assert teller.put(Delivery(publisher, topic, payload, NOW_S), lambda: None)


def test_a_clock_that_is_not_set_is_answered_and_the_state_goes_on(teller):
    deliver(teller, "shs/v1/gw-boti/state", b'{"state":"online","clock":"unset"}')
    assert teller.said == [("shs/v1/gw-boti/cmd", {"time": NOW_S})]
    assert len(teller.passed_on) == 1


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("shs/v1/gw-boti/state", b'{"state":"online","clock":"set"}'),
        ("shs/v1/gw-boti/state", b'{"state":"online"}'),
        ("shs/v1/gw-boti/state", b"offline"),
        ("shs/v1/gw-boti/state", b'{"clock":7}'),
        ("shs/v1/gw-boti/data", b'{"state":"online","clock":"unset"}'),
    ],
)
def test_nobody_else_is(teller, topic, payload):
    deliver(teller, topic, payload)
    assert not teller.said
    assert len(teller.passed_on) == 1
