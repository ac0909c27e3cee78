"""What holds for every file of the project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules import locks, settings, tree

ROOT = Path(__file__).resolve().parent.parent


def _list(faults) -> str:
    return "\n  " + "\n  ".join(sorted(faults))


@pytest.mark.parametrize(
    "rule",
    [tree.registry_hosts, tree.machine_paths, tree.secrets, tree.large_files],
    ids=lambda rule: rule.__name__,
)
def test_no_file_holds(rule):
    faults = rule(ROOT)
    assert not faults, _list(faults)


@pytest.mark.parametrize("name", locks.LOCKS)
def test_every_requirement_is_pinned_with_hashes(name):
    faults = locks.lock_faults(ROOT / name)
    assert not faults, _list(faults)


def test_the_locks_hold_what_the_project_asks_for_and_agree():
    faults = locks.unlocked(ROOT)
    assert not faults, _list(faults)


def test_the_launcher_and_the_ci_scripts_are_executable():
    scripts = ["suluh", ".ci/run", ".ci/build-influxd", "deploy/make-secrets"]
    faults = [name for name in scripts if not os.access(ROOT / name, os.X_OK)]
    assert not faults, _list(faults)


def test_every_setting_is_documented():
    faults = (settings.from_settings(ROOT) | settings.written(ROOT)) - settings.documented(ROOT)
    assert not faults, _list(faults)


def test_every_documented_setting_exists():
    faults = settings.documented(ROOT) - settings.from_settings(ROOT) - settings.written(ROOT)
    assert not faults, _list(faults)


@pytest.mark.parametrize("page", ["DECISIONS.md", "collector/GUARANTEES.md"])
def test_every_test_that_a_page_names_exists(page):
    named = re.findall(r"`(tests/[^`]+)`", (ROOT / page).read_text())
    assert named
    faults = [path for path in named if not (ROOT / path).exists()]
    assert not faults, _list(faults)


def test_the_compose_file_keeps_to_its_schema():
    schema = ["--builtin-schema", "vendor.compose-spec", str(ROOT / "docker-compose.yml")]
    command = [sys.executable, "-m", "check_jsonschema", *schema]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
