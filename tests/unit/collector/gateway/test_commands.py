"""What the server may ask: known words are done, all else is left."""

import json

import pytest

from collector.gateway.clock import GatewayClock
from collector.gateway.commands import FRESH_S, Commands

NOW_S = 1_790_000_000


class Scene:
    """Commands with all they speak to written down."""

    def __init__(self):
        self.said, self.on_s = [], 0.0
        self.clock = GatewayClock(since_start=lambda: self.on_s, synchronised=lambda: False)
        self.accepts = True
        self.commands = Commands(self, self.clock, self, self.changed, lambda: self.on_s)
        self.commands.on_update = lambda: self.said.append("look for a version")

    def resend(self, asked):
        self.said.append(("resend", asked))

    def propose(self, changes):
        self.said.append(("config", changes))
        return self.accepts

    def changed(self):
        self.said.append("changed")

    def take(self, **command):
        self.commands.take(json.dumps(command).encode())


@pytest.fixture
def scene():
    return Scene()


def test_known_commands_go_where_they_belong(scene):
    scene.take(resend=[1], interval_s=600, config={"interval_s": 60})
    assert scene.said == [
        ("resend", [1]),
        ("config", {"interval_s": 600}),
        "changed",
        ("config", {"interval_s": 60}),
        "changed",
    ]


def test_of_a_version_the_broker_can_only_hint(scene):
    scene.take(update={"sha256": "f" * 64, "url": "https://elsewhere.example/"})
    assert scene.said == ["look for a version"]


def test_a_change_that_is_refused_changes_nothing(scene):
    scene.accepts = False
    scene.take(interval_s=0)
    assert "changed" not in scene.said


def test_time_is_taken_when_it_was_just_asked_for(scene):
    scene.take(time=NOW_S)
    assert not scene.clock.is_set, "nobody asked: it may have waited somewhere for days"
    assert scene.commands.ask_for_time()
    assert not scene.commands.ask_for_time(), "not with every breath"
    scene.on_s += FRESH_S + 1
    scene.take(time=NOW_S)
    assert not scene.clock.is_set, "too late"
    assert scene.commands.ask_for_time()
    scene.take(time=NOW_S)
    assert scene.clock() == NOW_S
    scene.take(time=NOW_S + 5000)
    assert scene.clock() == NOW_S, "who knows the time is told nothing"
    scene.on_s += FRESH_S + 1
    assert not scene.commands.ask_for_time()


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"\xff", b"7", b"[]", b'{"time":"now"}', b'{"time":true}', b'{"config":7}'),
        *(b'{"run":"reboot"}', b'{"update":"http://x"}'),
    ],
)
def test_all_else_is_left(scene, payload):
    scene.commands.ask_for_time()
    scene.commands.take(payload)
    assert not scene.said
    assert not scene.clock.is_set
