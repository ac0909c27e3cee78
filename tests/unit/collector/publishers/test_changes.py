"""Credentials are made, renewed and revoked, all that were asked for or none."""

import pytest

from collector.domain.device import Assignment
from collector.publishers.changes import NotPossibleError, expected, give_secrets, known, revoke
from collector.publishers.port import lets_in
from tests.fixtures.memory_publishers import MemoryPublishers


@pytest.fixture
def publishers():
    return MemoryPublishers()


def test_who_has_a_secret_is_let_in_with_it_alone(publishers):
    made = give_secrets(publishers, ["gw-boti", "KPK-0001"], 5.0)
    assert lets_in(publishers, "gw-boti", made["gw-boti"])
    assert not lets_in(publishers, "gw-boti", made["KPK-0001"])
    assert not lets_in(publishers, "gw-haya", made["gw-boti"])
    assert not lets_in(publishers, "", "")
    assert publishers.find("gw-boti").made_s == 5.0


def test_a_revoked_one_is_out_and_comes_back_with_a_new_secret_only(publishers):
    old = give_secrets(publishers, ["gw-boti", "gw-haya"], 5.0)
    revoke(publishers, ["gw-boti"], 6.0)
    revoke(publishers, ["gw-boti"], 7.0)
    assert publishers.find("gw-boti").revoked_s == 6.0
    assert not lets_in(publishers, "gw-boti", old["gw-boti"])
    assert lets_in(publishers, "gw-haya", old["gw-haya"])
    new = give_secrets(publishers, ["gw-boti"], 8.0, renew=True)
    assert lets_in(publishers, "gw-boti", new["gw-boti"])
    assert not lets_in(publishers, "gw-boti", old["gw-boti"])


@pytest.mark.parametrize(
    ("names", "renew", "words"),
    [
        (["gw-new", "gw-boti"], False, "device rotate gw-boti"),
        (["gw-boti", "gw-new"], True, "device add gw-new"),
        (["gw-new", "a/b"], False, "cannot be a publisher"),
    ],
)
def test_all_or_none(publishers, names, renew, words):
    old = give_secrets(publishers, ["gw-boti"], 5.0)
    with pytest.raises(NotPossibleError, match=words):
        give_secrets(publishers, names, 6.0, renew=renew)
    assert list(publishers.kept) == ["gw-boti"]
    assert lets_in(publishers, "gw-boti", old["gw-boti"])


def test_an_unknown_name_is_not_revoked_and_neither_are_the_others(publishers):
    give_secrets(publishers, ["gw-boti"], 5.0)
    with pytest.raises(NotPossibleError, match="Nobody is called gw-bote"):
        revoke(publishers, ["gw-boti", "gw-bote"], 6.0)
    assert publishers.find("gw-boti").active


def test_the_registry_says_who_sends_and_who_may():
    history = (
        Assignment("KPK-0001", "A", 0, 10),
        Assignment("KPK-0002", "A", 10, gateway="gw-boti"),
        Assignment("KPK-0003", "B", 0),
    )
    assert expected(history) == {"gw-boti", "KPK-0003"}
    assert known(history) == {"gw-boti", "KPK-0001", "KPK-0002", "KPK-0003"}
