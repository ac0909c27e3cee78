"""The launcher as a process: a small checkout with one package, a real .venv, a real pip."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "suluh"

_COMMAND = """\
import json, os, sys
import pinned
if "wait" in sys.argv:
    print("waiting", flush=True)
    import time
    time.sleep(60)
print(json.dumps({"arguments": sys.argv[1:], "cwd": os.getcwd(), "pinned": pinned.VERSION}))
sys.exit(7)
"""


def _wheel(folder: Path, version: str) -> str:
    """Write a wheel `pinned` of that version and return its SHA-256."""
    folder.mkdir(exist_ok=True)
    path = folder / f"pinned-{version}-py3-none-any.whl"
    about = f"pinned-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("pinned.py", f"VERSION = {version!r}\n")
        wheel.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: pinned\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Checkout:
    """A small checkout; `run` calls its launcher as a person would."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.wheels = root.parent / "wheels"
        (root / "api").mkdir(parents=True)
        (root / "api" / "__init__.py").touch()
        (root / "api" / "command.py").write_text(_COMMAND)
        shutil.copy(SOURCE, root / "suluh")
        self.pin("1.0")

    def pin(self, version: str) -> None:
        digest = _wheel(self.wheels, version)
        for lock in ("requirements.lock", "requirements-dev.lock"):
            (self.root / lock).write_text(f"pinned=={version} --hash=sha256:{digest}\n")

    def start(self, *arguments: str, cwd: Path | None = None, by: Path | None = None):
        return subprocess.Popen(
            [sys.executable, str(by or self.root / "suluh"), *arguments],
            cwd=cwd or self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)},
            start_new_session=True,
        )

    def run(self, *arguments: str, **more) -> tuple[int, str, str]:
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    return Checkout(tmp_path_factory.mktemp("checkout") / "suluh-main")


def test_it_installs_says_so_and_passes_arguments_and_exit_code_on(checkout):
    code, out, err = checkout.run("demo", "--once", "a b")
    assert code == 7
    assert json.loads(out)["arguments"] == ["demo", "--once", "a b"]
    assert "making .venv" in err
    assert "1/1 pinned-1.0" in err
    assert "ready after" in err


def test_the_second_start_is_quiet_and_works_by_symlink_from_elsewhere(checkout, tmp_path):
    link = tmp_path / "suluh-link"
    link.symlink_to(checkout.root / "suluh")
    (tmp_path / "api").mkdir()  # a folder of the caller's with our package's name
    code, out, err = checkout.run("run", cwd=tmp_path, by=link)
    assert (code, err) == (7, "")
    assert json.loads(out)["cwd"] == str(tmp_path)


def test_a_changed_lock_is_installed_and_only_then(checkout):
    checkout.pin("2.0")
    _, out, err = checkout.run("demo")
    assert json.loads(out)["pinned"] == "2.0"
    assert "1/1 pinned-2.0" in err
    assert checkout.run("demo")[2] == ""


def test_two_that_start_at_once_install_once(checkout):
    shutil.rmtree(checkout.root / ".venv")
    results = [
        process.communicate(timeout=120)
        for process in [checkout.start("demo"), checkout.start("demo")]
    ]
    assert all(json.loads(out)["pinned"] for out, _ in results)
    said = "".join(err for _, err in results)
    assert said.count("making .venv") == 1
    assert "waiting for it" in said


def test_what_a_kill_left_half_done_is_made_anew(checkout):
    shutil.rmtree(checkout.root / ".venv")
    process = checkout.start("demo")
    while not (checkout.root / ".venv" / "bin").exists():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    code, out, _ = checkout.run("demo")
    assert code == 7
    assert json.loads(out)["pinned"]


def test_a_package_with_another_hash_is_refused_and_can_be_mended(checkout):
    shutil.rmtree(checkout.root / ".venv")
    lock = checkout.root / "requirements.lock"
    good = lock.read_text()
    lock.write_text(f"pinned==2.0 --hash=sha256:{'0' * 64}\n")
    (checkout.root / "requirements-dev.lock").write_text("")
    code, out, err = checkout.run("demo")
    assert (code, out) == (1, "")
    assert "HASH" in err.upper()
    assert "start again" in err
    lock.write_text(good)
    assert checkout.run("demo")[0] == 7


def test_ctrl_c_reaches_the_command(checkout):
    process = checkout.start("demo", "wait")
    assert process.stdout.readline() == "waiting\n"
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode in (-signal.SIGINT, 130)
