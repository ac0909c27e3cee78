"""Holes are asked for of whom the registry let speak, and the registry only for those devices."""

import json

import pytest

from collector.domain.device import Assignment
from collector.ledger.asking import EVERY_S, GIVE_UP_S, MOST_OF_ONE, Asker
from collector.ledger.port import Key, Takings
from collector.ledger.repository import FIRST_ASK_S
from collector.ledger.standing import Note
from collector.spool.port import SpoolState
from tests.fixtures.memory_ledger import MemoryLedger
from tests.fixtures.small_fleet import INSTALLED_S, fleet

MINE = Key("KPK-0001", "KPK-0001", 1)
CARRIED = Key("gw-boti", "KPK-0002", 1)
STRANGER = Key("gw-thief", "KPK-0002", 1)
NOBODYS = Key("gw-boti", "KPK-9999", 1)


class World:
    def __init__(self):
        self.now_s, self.oldest_s = 0.0, None
        self.ledger, self.told, self.looked_up = MemoryLedger(), [], []
        self.fleet = fleet()
        self.asker = Asker(
            self.ledger,
            lambda: SpoolState(0, 0, 0, 0, self.oldest_s),
            self.known,
            lambda: self.now_s,
            lambda publisher, payload: self.told.append((publisher, json.loads(payload))),
        )

    def known(self, serials):
        self.looked_up.append(serials)
        return self.fleet

    def take(self, notes):
        self.ledger.take("s", Takings(notes=notes), self.now_s)

    def step(self, at_s):
        self.now_s = at_s
        return self.asker.step()


@pytest.fixture
def world():
    return World()


def with_hole(first=5, last=6):
    return Note(stored=((1, first - 1), (last + 1, last + 3)))


def resend(key, *runs):
    wanted = [{"sn": key.serial, "b": key.boot, "from": a, "to": b} for a, b in runs]
    return key.publisher, {"resend": wanted}


def test_the_registry_is_asked_only_for_devices_with_a_hole_that_is_due(world):
    world.take({MINE: with_hole(), CARRIED: Note(stored=((1, 9),))})
    assert world.step(FIRST_ASK_S - 1) == 0
    assert world.looked_up == []
    assert world.step(FIRST_ASK_S) == 1
    assert world.looked_up == [["KPK-0001"]]
    assert world.told == [resend(MINE, (5, 6))]
    assert world.asker.commands == 1


def test_only_whom_the_registry_ever_let_speak_is_asked(world):
    everyone = (MINE, CARRIED, STRANGER, NOBODYS)
    world.take(dict.fromkeys(everyone, with_hole()))
    world.step(FIRST_ASK_S)
    assert sorted(name for name, _ in world.told) == ["KPK-0001", "gw-boti"]
    assert resend(CARRIED, (5, 6)) in world.told
    assert world.looked_up == [["KPK-0001", "KPK-0002", "KPK-9999"]]


def test_one_who_spoke_for_it_once_is_asked_too(world):
    world.fleet = fleet(
        Assignment("KPK-0002", "A", INSTALLED_S, INSTALLED_S + 100, gateway="gw-old"),
        Assignment("KPK-0002", "A", INSTALLED_S + 100, gateway="gw-boti"),
    )
    old = CARRIED._replace(publisher="gw-old")
    world.take({old: with_hole()})
    world.step(FIRST_ASK_S)
    assert world.told == [resend(old, (5, 6))]


def test_what_waits_in_the_spool_may_fill_a_hole_so_nobody_is_asked_yet(world):
    world.take({MINE: with_hole()})
    world.oldest_s = FIRST_ASK_S - 1
    assert world.step(FIRST_ASK_S + EVERY_S) == 0
    world.oldest_s = None
    assert world.step(FIRST_ASK_S + 2 * EVERY_S) == 1


def test_many_holes_take_turns(world):
    runs = tuple((n, n) for n in range(1, 4 * MOST_OF_ONE + 2, 2))
    world.take({MINE: Note(stored=runs)})
    asked, at_s = set(), FIRST_ASK_S
    for _ in range(2):
        assert world.step(at_s) == 1
        asked |= {wanted["from"] for wanted in world.told[-1][1]["resend"]}
        at_s += 3_600.0
    assert len(asked) == 2 * MOST_OF_ONE


def test_what_never_comes_is_given_up_in_the_end(world):
    world.take({MINE: with_hole()})
    world.step(GIVE_UP_S + 1)
    assert world.ledger.standings([MINE])[MINE].counts()["lost"] == 2
