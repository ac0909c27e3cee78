"""An update is what was promised and starts, or nothing changes; a bad one is left again."""

import hashlib
import sys
import tarfile

import pytest

from collector.gateway import new_version
from collector.gateway.installed import Installed
from collector.gateway.new_version import UpdateError, put_on_trial, update
from tests.unit.collector.gateway.versions_scene import Machine


@pytest.fixture
def machine(tmp_path, monkeypatch):
    made = Machine(tmp_path)
    monkeypatch.setattr(new_version, "ROOT", made.base)
    return made


def test_a_version_that_proves_itself_stays(machine):
    assert machine.start() == "base"
    installed = machine.update("new")
    assert machine.start() == "new"
    assert installed.on_trial
    installed.keep()
    assert (installed.on_trial, installed.pending, installed.refused) == (False, False, None)
    assert [machine.start() for _ in range(6)] == ["new"] * 6


def test_a_version_that_does_not_is_left_after_three_starts(machine):
    good = machine.update("good")
    machine.start()
    good.keep()
    bad = machine.update("bad")
    assert [machine.start() for _ in range(5)] == ["bad"] * 3 + ["good"] * 2
    assert not good.pending
    assert good.refused == (f"{bad.running} 7", "it ended before it had proved itself")
    assert bad.running not in {"", good.running}
    (machine.folder / "versions" / bad.running / "suluh").write_text("torn by a power cut")
    machine.update("bad")
    assert machine.start() == "bad", "tried anew, it is unpacked anew"


def test_a_version_that_gives_itself_up_is_left_at_once(machine):
    bad = machine.update("bad")
    assert machine.start() == "bad"
    bad.take_back("no reading in time")
    assert machine.start() == "base"
    base = Installed(machine.folder, machine.base)
    assert (base.running, base.refused) == ("", (f"{bad.running} 7", "no reading in time"))
    machine.update("other")
    assert base.refused is None, "it is on trial"
    machine.start()
    assert base.refused is None


def test_the_version_before_does_not_keep_the_new_one(machine):
    """It still runs for a moment, has long proved itself, and knows nothing of the new one."""
    before = Installed(machine.folder, machine.base)
    new = machine.update("new")
    assert (before.pending, before.on_trial, new.on_trial) == (True, False, False)
    before.keep()
    assert machine.start() == "new"
    assert (before.on_trial, new.on_trial) == (False, True)
    before.keep()
    assert [machine.start() for _ in range(3)] == ["new", "new", "base"]


def test_what_could_not_be_put_on_trial_is_remembered_until_another_is(machine):
    base = Installed(machine.folder, machine.base)
    base.refuse("odd 5", "it is\n  not signed")
    assert base.refused == ("odd 5", "it is not signed")
    machine.update("new").keep()
    assert base.refused is None


def test_versions_that_nobody_needs_go(machine):
    (machine.base / "requirements-gateway.lock").write_text("shared")
    (machine.base / ".venv/bin").mkdir(parents=True)
    kept = []
    for name, lock in (("one", "of its own"), ("two", "two"), ("three", "two"), ("four", "two")):
        archive, sha256 = machine.archive(name, lock=lock)
        version = update(archive, sha256, machine.folder, machine.root / "gateway.toml")
        checked = (version / "suluh").read_text()
        machine.launcher(version, name)
        assert machine.start() == name
        Installed(machine.folder, version).keep()
        kept.append(version)
    there = set((machine.folder / "versions").iterdir())
    assert there == set(kept[1:]), "the second lends its packages to the third and fourth"
    assert (kept[3] / ".venv").resolve() == kept[1] / ".venv"
    (kept[2] / "suluh").write_text(checked)
    put_on_trial(kept[2], machine.folder, machine.root / "gateway.toml")
    machine.launcher(kept[2], "three")
    assert machine.start() == "three", "an older one needs no archive"


def test_packages_are_shared_or_copied(machine):
    (machine.base / "requirements-gateway.lock").write_text("same")
    (machine.base / ".venv/bin").mkdir(parents=True)
    (machine.base / ".venv/suluh-installed").write_text("digest")
    old = machine.folder / "current"
    old.symlink_to(machine.base)
    for name, lock, shared in (("one", "same", True), ("two", "another", False)):
        archive, sha256 = machine.archive(name, lock=lock)
        version = update(archive, sha256, machine.folder, machine.root / "gateway.toml")
        assert (version / ".venv").is_symlink() is shared
        assert (version / ".venv/suluh-installed").read_text() == "digest"


def test_another_sum_another_thing_or_one_that_does_not_start_changes_nothing(machine):
    archive, _ = machine.archive("one")
    with pytest.raises(UpdateError, match="is not what was promised"):
        update(archive, "0" * 64, machine.folder, machine.root / "c")
    with pytest.raises(UpdateError, match="it lacks suluh"):
        machine.update("two", suluh=True)
    with pytest.raises(UpdateError, match="does not start:\nbroken"):
        machine.update("three", good=False)
    (machine.root / "text.tar.gz").write_text("no archive")
    sum_of_text = hashlib.sha256(b"no archive").hexdigest()
    with pytest.raises(UpdateError, match="cannot be unpacked"):
        update(machine.root / "text.tar.gz", sum_of_text, machine.folder, machine.root / "c")
    with pytest.raises(UpdateError, match="cannot read"):
        update(machine.root / "none", "0" * 64, machine.folder, machine.root / "c")
    assert not (machine.folder / "current").exists()
    assert machine.start() == "base"


def test_an_archive_cannot_write_outside_its_folder(machine):
    path = machine.root / "evil.tar.gz"
    (machine.root / "payload").write_text("x")
    with tarfile.open(path, "w:gz") as files:
        files.add(machine.root / "payload", "../../escaped")
    with pytest.raises(UpdateError, match="cannot be unpacked"):
        update(path, hashlib.sha256(path.read_bytes()).hexdigest(), machine.folder, path)
    assert not list(machine.root.rglob("escaped"))


def test_this_python_can_unpack_safely():
    assert hasattr(tarfile, "data_filter"), sys.version
