"""What the server wants is tried if it is signed, never twice on one order, and one at a time."""

import subprocess
from urllib.error import HTTPError

import pytest

from collector.gateway import new_version
from collector.gateway.installed import Installed, version_name
from collector.gateway.updates import (
    FIRST_LOOK_S,
    HINT_EVERY_S,
    LOOK_EVERY_S,
    SHORTEST_PAUSE_S,
    Updates,
)
from collector.gateway.versions_door import Wanted
from tests.fixtures.versions import new_signer
from tests.unit.collector.gateway.versions_scene import Machine

pytestmark = pytest.mark.ssh_keygen


class Scene:
    """A machine and its updates; of the server and the line only what they say is played."""

    def __init__(self, machine, signer, stranger):
        self.machine, self.signer, self.stranger = machine, signer, stranger
        self.on_s, self.busy = 0.0, False
        self.asked, self.fetched, self.news = 0, 0, []
        self.answer, self.archives, self.line = None, {}, []
        self.installed = Installed(machine.folder, machine.base)
        self.updates = self.anew()

    def anew(self, installed=None):
        installed = installed or self.installed
        places = (self.signer.trusted, self.machine.folder, self.machine.root / "gateway.toml")
        made = Updates(self, self, installed, places, lambda: self.busy, lambda: self.on_s)
        made.on_news = lambda: self.news.append(made.said)
        return made

    def release(self, name, assigned_s=1.0, by=None, **said):
        """The server wants this version from now on."""
        archive, sha256 = self.machine.archive(name, **said)
        signature = (by or self.signer).sign(archive).read_text()
        self.archives[sha256] = archive
        self.answer = Wanted(sha256, archive.stat().st_size, signature, assigned_s)
        return version_name(sha256)

    def wanted(self):
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def fetch(self, wanted):
        if self.line:
            raise self.line.pop(0)
        self.fetched += 1
        return self.archives[wanted.sha256]

    def clear(self, but=""):
        pass

    def after(self, seconds):
        self.on_s += seconds
        self.updates.tick()


@pytest.fixture
def scene(tmp_path, monkeypatch):
    machine = Machine(tmp_path)
    monkeypatch.setattr(new_version, "ROOT", machine.base)
    return Scene(machine, new_signer(tmp_path), new_signer(tmp_path, "stranger"))


def test_it_looks_seldom_and_soon_after_a_hint(scene):
    scene.after(FIRST_LOOK_S - 1)
    assert scene.asked == 0
    scene.after(1)
    assert (scene.asked, scene.updates.said) == (1, "none")
    scene.after(LOOK_EVERY_S - 1)
    assert scene.asked == 1
    scene.after(1)
    assert scene.asked == 2
    for _ in range(5):
        scene.updates.hint()
        scene.after(1)
    assert scene.asked == 2, "hints come from the broker: anybody's who has it"
    scene.after(HINT_EVERY_S)
    assert scene.asked == 3
    scene.after(HINT_EVERY_S)
    assert scene.asked == 3


def test_a_signed_version_is_put_on_trial_and_kept(scene):
    name = scene.release("new")
    scene.updates.hint()
    scene.after(1)
    assert scene.updates.switched
    assert (scene.fetched, scene.news[-1]) == (1, "trial")
    version = scene.machine.folder / "versions" / name
    scene.machine.launcher(version, "new")
    assert scene.machine.start() == "new"
    runs = Installed(scene.machine.folder, version)
    scene.updates = scene.anew(runs)
    assert (scene.updates.said, scene.updates.switched) == ("trial", False)
    runs.keep()
    scene.after(FIRST_LOOK_S)
    assert (scene.updates.said, scene.fetched) == ("current", 1)


def test_one_that_was_taken_back_is_not_tried_again_until_it_is_assigned_again(scene):
    name = scene.release("bad")
    scene.after(FIRST_LOOK_S)
    version = scene.machine.folder / "versions" / name
    scene.machine.launcher(version, "bad")
    scene.machine.start()
    Installed(scene.machine.folder, version).take_back("no reading in time")
    assert scene.machine.start() == "base"
    scene.updates = scene.anew()
    assert scene.updates.said == f"refused: {name} no reading in time"
    for _ in range(3):
        scene.after(LOOK_EVERY_S)
        assert scene.updates.said == f"refused: {name} no reading in time"
    assert (scene.fetched, scene.installed.pending) == (1, False)
    scene.release("bad", assigned_s=2.0)
    scene.after(LOOK_EVERY_S)
    assert (scene.fetched, scene.updates.said) == (2, "trial")


def test_what_a_stranger_signed_is_never_unpacked(scene):
    name = scene.release("evil", by=scene.stranger)
    scene.after(FIRST_LOOK_S)
    assert scene.updates.said.startswith(f"refused: {name} it is not signed by anybody in")
    assert not (scene.machine.folder / "versions").exists()
    scene.after(LOOK_EVERY_S)
    assert scene.fetched == 1, "and not fetched again"
    scene.release("new")
    scene.after(LOOK_EVERY_S)
    assert scene.updates.said == "trial", "another one is"


def test_nothing_is_fetched_that_could_not_be_checked(scene):
    scene.signer.trusted.write_text("")
    scene.release("new")
    scene.after(FIRST_LOOK_S)
    assert "names no signer" in scene.updates.said
    assert scene.fetched == 0


def test_one_that_does_not_start_is_refused_with_its_words(scene):
    name = scene.release("broken", good=False)
    scene.after(FIRST_LOOK_S)
    assert scene.updates.said == f"refused: {name} the new version does not start: broken"
    assert scene.machine.start() == "base"


def test_one_that_is_there_and_worked_costs_nothing(scene):
    old = scene.machine.update("old")
    scene.machine.start()
    old.keep()
    name = scene.release("old")
    version = scene.machine.folder / "versions" / name
    assert old.running == name
    (version / "suluh").write_text("import sys\nsys.exit(0)\n")
    scene.after(FIRST_LOOK_S)
    assert (scene.updates.said, scene.fetched) == ("trial", 0)


def test_a_line_that_breaks_is_tried_again_and_again(scene):
    scene.release("new")
    scene.line = [OSError("the line broke after 4 of 9 bytes")] * 3
    scene.after(FIRST_LOOK_S)
    assert scene.updates.said == "waits: the line broke after 4 of 9 bytes"
    for pause_s in (1, 2, 4):
        scene.after(pause_s * SHORTEST_PAUSE_S)
    assert (scene.asked, scene.updates.said) == (4, "trial")


def test_a_server_that_says_no_is_not_asked_every_hour(scene):
    scene.answer = HTTPError("http://x", 404, "Not Found", {}, None)
    scene.after(FIRST_LOOK_S)
    scene.after(LOOK_EVERY_S - 1)
    assert (scene.asked, scene.updates.said) == (1, "waits: HTTP Error 404: Not Found")


def test_what_nobody_thought_of_does_not_end_it(scene, monkeypatch):
    scene.release("new")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: 1 / 0)
    scene.after(FIRST_LOOK_S)
    assert scene.updates.said == "waits: division by zero"
    assert not scene.installed.pending


def test_while_a_change_is_on_trial_it_waits(scene):
    scene.busy = True
    scene.updates.hint()
    scene.after(LOOK_EVERY_S)
    assert scene.asked == 0
    scene.busy = False
    scene.after(1)
    assert scene.asked == 1


def test_a_wish_taken_back_changes_nothing(scene):
    scene.release("new")
    scene.line = [OSError("the line broke")]
    scene.after(FIRST_LOOK_S)
    scene.answer = None
    scene.after(SHORTEST_PAUSE_S)
    assert scene.updates.said == "none"
    assert scene.machine.start() == "base"
