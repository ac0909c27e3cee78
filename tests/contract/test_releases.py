"""Versions for gateways are kept alike on SQLite and PostgreSQL."""

from dataclasses import replace

import pytest

from collector.ledger.port import PublisherState, Takings
from collector.ledger.repository import SqlLedger
from collector.releases.port import TELL_AGAIN_S, Order, Release, Report
from collector.releases.repository import SqlReleases

A = Release("a" * 64, "suluh-0.2", 3, "signed", 10.0)
B = Release("b" * 64, "suluh-0.3", 4, "signed too", 20.0)


@pytest.fixture
def releases(engine):
    made = SqlReleases(engine)
    assert made.keep(A, b"one")
    assert made.keep(B, b"four")
    return made


def say(engine, gateway, release, update):
    state = PublisherState(gateway, 5.0, 0, release=release, update=update)
    SqlLedger(engine).take("s", Takings(states=[state]), 5.0)


def test_a_version_is_kept_once_and_may_be_signed_anew(releases):
    again = replace(A, name="another", signature="by another key", made_s=99.0)
    assert not releases.keep(again, b"other")
    assert releases.all() == [B, replace(again, made_s=A.made_s)]
    releases.assign(A.digest, ["gw-boti"], 1.0)
    assert releases.archive("gw-boti", A.digest) == b"one"


def test_a_gateway_gets_what_is_assigned_to_it_and_nothing_else(releases):
    assert (releases.order("gw-boti"), releases.orders()) == (None, {})
    releases.assign(A.digest, ["gw-boti", "gw-haya"], 1.0)
    releases.assign(B.digest, ["gw-haya"], 2.0)
    releases.assign(B.digest, [], 3.0)
    assert releases.order("gw-boti") == Order("gw-boti", A, 1.0)
    assert releases.orders() == {
        "gw-boti": Order("gw-boti", A, 1.0),
        "gw-haya": Order("gw-haya", B, 2.0),
    }
    assert releases.archive("gw-haya", B.digest) == b"four"
    for gateway, digest in (("gw-boti", B.digest), ("gw-x", A.digest), ("gw-boti", "a\0")):
        assert releases.archive(gateway, digest) is None
    assert releases.order("gw-boti\0") is None


def test_a_wish_that_is_taken_back_is_none(releases):
    releases.assign(A.digest, ["gw-boti", "gw-haya"], 1.0)
    assert releases.take_back(["gw-boti", "gw-x"]) == ["gw-boti"]
    assert releases.order("gw-boti") is None
    assert releases.archive("gw-boti", A.digest) is None
    assert list(releases.orders()) == ["gw-haya"]


def test_an_order_for_a_version_that_is_not_there_is_none(releases):
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        releases.assign("c" * 64, ["gw-boti"], 1.0)
    assert releases.orders() == {}


def test_what_gateways_said_last_is_known(engine, releases):
    say(engine, "gw-boti", "", "loading")
    say(engine, "gw-boti", A.short, "current")
    assert releases.reports() == {"gw-boti": Report(5.0, A.short, "current")}


def test_each_is_told_once_and_again_only_while_it_lags_behind(engine, releases):
    assert releases.claim_news(0.0) == []
    names = ["gw-behind", "gw-done", "gw-off", "gw-refused", "gw-silent"]
    releases.assign(A.digest, names, 1.0)
    assert releases.claim_news(1.0) == names
    assert releases.claim_news(1.0 + TELL_AGAIN_S - 1) == []
    say(engine, "gw-behind", B.short, "loading")
    say(engine, "gw-done", A.short, "current")
    say(engine, "gw-off", "", "off")
    say(engine, "gw-refused", B.short, "refused: no reading")
    assert releases.claim_news(1.0 + TELL_AGAIN_S) == ["gw-behind"]
    assert releases.claim_news(1.0 + TELL_AGAIN_S) == []
    releases.assign(A.digest, ["gw-refused"], 9.0)
    assert releases.claim_news(9.0) == ["gw-refused"], "assigned anew, it is told anew"
