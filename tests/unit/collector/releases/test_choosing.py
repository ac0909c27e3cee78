"""Which version and which gateways a person means; nothing is guessed."""

from itertools import pairwise

import pytest

from collector.releases.choosing import NotPossibleError, gateways_meant, version_meant
from collector.releases.port import Release

A = Release("a1" + "0" * 62, "suluh-0.2", 3, "", 1.0)
B = Release("a1" + "0" * 61 + "1", "suluh-0.3", 3, "", 2.0)
ALL = {f"gw-{n:03}" for n in range(200)}


def test_a_version_is_meant_by_its_name_or_the_beginning_of_its_digest():
    assert version_meant([A, B], "suluh-0.2") is A
    assert version_meant([A], "A10000") is A
    assert version_meant([A, B], B.digest) is B


@pytest.mark.parametrize(
    ("said", "words"), [("suluh-0.9", "gateways versions"), ("a1", "no version a1"), ("", "no")]
)
def test_a_version_that_is_not_there_is_said_to_be_none(said, words):
    with pytest.raises(NotPossibleError, match=words):
        version_meant([A, B], said)


def test_one_that_may_be_several_is_asked_for_again():
    with pytest.raises(NotPossibleError, match="may be a100"):
        version_meant([A, B], "a10000")


def test_gateways_are_named_or_all_or_a_share_that_grows():
    assert gateways_meant(ALL, ["gw-007", "gw-001", "gw-007"]) == ["gw-001", "gw-007"]
    assert gateways_meant(ALL, [], everyone=True) == sorted(ALL)
    shares = [set(gateways_meant(ALL, [], percent=p)) for p in (0.1, 10, 55, 100)]
    assert [len(s) for s in shares] == [1, 20, 110, 200]
    assert all(a < b for a, b in pairwise(shares))


@pytest.mark.parametrize(
    ("names", "how", "words"),
    [
        ([], {}, "Say who"),
        (["gw-001"], {"everyone": True}, "Say who"),
        (["gw-001"], {"percent": 5}, "Say who"),
        (["gw-x", "gw-001"], {}, "gw-x: no gateway"),
        ([], {"percent": 101}, "per cent"),
        ([], {"percent": -1}, "Say who"),
    ],
)
def test_what_is_not_clear_changes_nothing(names, how, words):
    with pytest.raises(NotPossibleError, match=words):
        gateways_meant(ALL, names, **how)


def test_a_registry_without_gateways_is_said_to_be_one():
    with pytest.raises(NotPossibleError, match="names no gateway"):
        gateways_meant([], [], everyone=True)
