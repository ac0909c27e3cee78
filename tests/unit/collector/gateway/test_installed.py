"""An update is what was promised and starts, or nothing changes; a bad one is left again."""

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from collector.gateway.installed import Installed, UpdateError, update

START = Path(__file__).resolve().parents[4] / "deploy/gateway/start"
LAUNCHER = """#!/bin/sh
echo {name} "$@"
"""
CHECKED = """import sys
sys.exit(0 if sys.argv[1:3] == ["gateway", "check"] and {good} else "broken")
"""


class Machine:
    """A base checkout with the real start script, and a folder for outbox and versions."""

    def __init__(self, root):
        self.root = root
        self.folder = root / "var"
        self.folder.mkdir()
        base = root / "opt/suluh"
        (base / "deploy/gateway").mkdir(parents=True)
        (base / "deploy/gateway/start").write_text(START.read_text())
        self.base = base
        self.launcher(base, "base")

    def launcher(self, where, name):
        (where / "suluh").write_text(LAUNCHER.format(name=name))
        (where / "suluh").chmod(0o755)

    def archive(self, name, good=True, **without):
        tree = self.root / name
        (tree / "collector/gateway").mkdir(parents=True)
        for file in ("requirements-gateway.lock", "collector/gateway/command.py"):
            (tree / file).write_text(name)
        # For the check the launcher is run by Python, as it is in truth; for the start by sh.
        (tree / "suluh").write_text(CHECKED.format(good=good))
        for file in without:  # by name
            (tree / file).unlink()
        path = self.root / f"{name}.tar.gz"
        with tarfile.open(path, "w:gz") as files:
            files.add(tree, name)
        return path, hashlib.sha256(path.read_bytes()).hexdigest()

    def update(self, name, **said):
        version = update(*self.archive(name, **said), self.folder, self.root / "gateway.toml")
        self.launcher(version, name)
        return version

    def start(self):
        done = subprocess.run(
            ["sh", str(self.base / "deploy/gateway/start"), str(self.folder), "gateway.toml"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.split()[0]


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_a_version_that_proves_itself_stays(machine):
    assert machine.start() == "base"
    machine.update("new")
    assert machine.start() == "new"
    installed = Installed(machine.folder)
    assert installed.on_trial
    installed.keep()
    assert [machine.start() for _ in range(6)] == ["new"] * 6


def test_a_version_that_does_not_is_left_after_three_starts(machine):
    machine.update("good")
    machine.start()
    Installed(machine.folder).keep()
    machine.update("bad")
    assert [machine.start() for _ in range(5)] == ["bad"] * 3 + ["good"] * 2
    assert not Installed(machine.folder).on_trial


def test_a_version_that_gives_itself_up_is_left_at_once(machine):
    machine.update("bad")
    assert machine.start() == "bad"
    Installed(machine.folder).take_back("no reading in time")
    assert machine.start() == "base"


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
