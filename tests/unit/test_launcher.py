"""The launcher's decisions, without making an environment (tests/e2e/test_launcher.py does)."""

from __future__ import annotations

import ast
import importlib.util
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "suluh"


@pytest.fixture
def launcher(tmp_path, monkeypatch):
    """The launcher as a module, at home in an empty folder with two locks."""
    loader = SourceFileLoader("suluh_launcher", str(SOURCE))
    spec = importlib.util.spec_from_loader("suluh_launcher", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "suluh-installed")
    monkeypatch.setattr(module, "VENV_PYTHON", str(tmp_path / ".venv" / "bin" / "python"))
    (tmp_path / "requirements.lock").write_text("one==1\n")
    (tmp_path / "requirements-dev.lock").write_text("one==1\ntwo==2\n")
    (tmp_path / "requirements-gateway.lock").write_text("small==1\n")
    return module


def _pretend_installed(launcher, lock: str) -> None:
    python = Path(launcher.VENV_PYTHON)
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch(mode=0o755)
    launcher.STAMP.write_text(launcher.digest(lock))


def test_it_imports_the_standard_library_only():
    tree = ast.parse(SOURCE.read_text())
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert names <= set(sys.stdlib_module_names)


def test_it_stays_readable_for_python_3_8():
    ast.parse(SOURCE.read_text(), feature_version=(3, 8))


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_lists_every_command_and_installs_nothing(launcher, capsys, arguments):
    assert launcher.main(arguments) == 0
    text = capsys.readouterr().out
    for name in launcher.COMMANDS:
        assert f"./suluh {name}" in text
    assert not launcher.STAMP.parent.exists()


def test_an_unknown_command_is_refused_with_the_nearest_one(launcher, capsys):
    assert launcher.main(["dmeo"]) == 2
    assert "Did you mean demo?" in capsys.readouterr().err
    assert not launcher.STAMP.parent.exists()


def test_every_command_has_all_its_columns(launcher):
    for name, row in launcher.COMMANDS.items():
        assert len(row) == 4, name
        assert row[1] in launcher.LOCKS, name
        assert row[3].split()[0] == name


def test_each_command_runs_in_the_package_that_owns_it(launcher, monkeypatch):
    _pretend_installed(launcher, "requirements-dev.lock")
    ran = []
    monkeypatch.setattr(launcher, "become", ran.append)
    launcher.main(["sim", "--once"])
    launcher.main(["gateway", "run"])
    tail = [command[3:] for command in ran]
    assert tail == [["device_sim.command", "sim", "--once"], ["collector.gateway.command", "run"]]
    assert all(command[1] == "-P" for command in ran)


def test_nothing_is_installed_in_an_empty_checkout(launcher):
    assert not launcher.is_installed("requirements.lock")


def test_the_test_lock_serves_the_product_but_not_the_other_way(launcher):
    _pretend_installed(launcher, "requirements-dev.lock")
    assert launcher.is_installed("requirements.lock")
    _pretend_installed(launcher, "requirements.lock")
    assert launcher.is_installed("requirements.lock")
    assert not launcher.is_installed("requirements-dev.lock")


def test_the_gateways_lock_is_part_of_the_others_but_not_the_other_way(launcher):
    for lock in ("requirements-gateway.lock", "requirements.lock", "requirements-dev.lock"):
        _pretend_installed(launcher, lock)
        assert launcher.is_installed("requirements-gateway.lock")
    _pretend_installed(launcher, "requirements-gateway.lock")
    assert not launcher.is_installed("requirements.lock")


def test_a_changed_lock_is_installed_again(launcher, tmp_path):
    _pretend_installed(launcher, "requirements.lock")
    (tmp_path / "requirements.lock").write_text("one==2\n")
    assert not launcher.is_installed("requirements.lock")


def test_an_interrupted_installation_does_not_count(launcher):
    _pretend_installed(launcher, "requirements.lock")
    launcher.STAMP.write_text(launcher.UNFINISHED)
    assert not launcher.is_installed("requirements.lock")


def test_an_environment_without_its_python_does_not_count(launcher):
    _pretend_installed(launcher, "requirements.lock")
    Path(launcher.VENV_PYTHON).unlink()
    assert not launcher.is_installed("requirements.lock")


def test_a_missing_lock_never_counts_as_installed(launcher, tmp_path):
    _pretend_installed(launcher, "requirements.lock")
    for lock in launcher.LOCKS.values():
        (tmp_path / lock).unlink()
    assert not launcher.is_installed("requirements.lock")


@pytest.mark.parametrize("version", [(3, 11), (3, 14)])
def test_supported_pythons_go_on(launcher, monkeypatch, version):
    monkeypatch.setattr(launcher.os, "execv", lambda *_: pytest.fail("no need for another"))
    launcher.use_supported_python(version)


@pytest.mark.parametrize("version", [(3, 9), (3, 15)])
def test_another_python_on_the_path_takes_over(launcher, monkeypatch, version):
    class HandedOverError(Exception):
        pass

    def take_over(program, arguments):
        raise HandedOverError(program, *arguments[:1])

    monkeypatch.setattr(launcher.os, "execv", take_over)
    monkeypatch.setattr(
        launcher.shutil, "which", lambda name: "/opt/python3.12" if name == "python3.12" else None
    )
    with pytest.raises(HandedOverError, match=r"/opt/python3\.12"):
        launcher.use_supported_python(version)


def test_no_usable_python_is_explained(launcher, monkeypatch):
    monkeypatch.setattr(launcher.shutil, "which", lambda _: None)
    with pytest.raises(launcher.SetupError, match=r"3\.11 to 3\.14; this is Python 3\.9"):
        launcher.use_supported_python((3, 9))


def test_without_ensurepip_a_person_is_told_the_one_line(launcher, monkeypatch):
    monkeypatch.setattr(launcher.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(launcher.os, "geteuid", lambda: 1000)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    with pytest.raises(launcher.SetupError, match=f"sudo apt-get install -y python{version}-venv"):
        launcher.make_venv()


def test_without_ensurepip_root_installs_it_waiting_for_other_apts(launcher, monkeypatch):
    ran = []

    class Done:
        returncode = 0

    monkeypatch.setattr(launcher.os, "geteuid", lambda: 0)
    monkeypatch.setattr(launcher.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(launcher.subprocess, "run", lambda line, **_: ran.append(line) or Done())
    launcher.get_venv_package("python3.11-venv")
    assert ran[-1][-1] == "python3.11-venv"
    assert all("DPkg::Lock::Timeout=300" in line for line in ran)


def test_a_refusal_by_apt_is_explained(launcher, monkeypatch):
    class Failed:
        returncode = 100

    monkeypatch.setattr(launcher.os, "geteuid", lambda: 0)
    monkeypatch.setattr(launcher.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(launcher.subprocess, "run", lambda *_, **__: Failed())
    with pytest.raises(launcher.SetupError, match=r"apt-get install -y python3\.11-venv"):
        launcher.get_venv_package("python3.11-venv")
