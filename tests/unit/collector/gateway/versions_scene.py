"""A machine with versions side by side, small ones that only say their name."""

import hashlib
import subprocess
import tarfile
from pathlib import Path

from collector.gateway.installed import Installed, version_name
from collector.gateway.new_version import update

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

    def archive(self, name, good=True, lock="", **without):
        path = self.root / f"{name}.tar.gz"
        if path.exists():
            return path, hashlib.sha256(path.read_bytes()).hexdigest()
        tree = self.root / name
        (tree / "collector/gateway").mkdir(parents=True)
        for file in ("requirements-gateway.lock", "collector/gateway/command.py"):
            (tree / file).write_text(name)
        (tree / "requirements-gateway.lock").write_text(lock or name)
        # For the check the launcher is run by Python, as it is in truth; for the start by sh.
        (tree / "suluh").write_text(CHECKED.format(good=good))
        for file in without:  # by name
            (tree / file).unlink()
        with tarfile.open(path, "w:gz") as files:
            files.add(tree, name)
        return path, hashlib.sha256(path.read_bytes()).hexdigest()

    def update(self, name, **said):
        archive, sha256 = self.archive(name, **said)
        order = f"{version_name(sha256)} 7"
        version = update(archive, sha256, self.folder, self.root / "gateway.toml", order)
        self.launcher(version, name)
        return Installed(self.folder, version)

    def start(self):
        done = subprocess.run(
            ["sh", str(self.base / "deploy/gateway/start"), str(self.folder), "gateway.toml"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.split()[0]
