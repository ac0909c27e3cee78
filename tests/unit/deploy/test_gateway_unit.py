"""The unit says what the program does, and systemd understands it."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "deploy/gateway"
UNIT = FOLDER / "suluh-gateway.service"


def _service():
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(UNIT)
    return parser["Service"]


def test_it_watches_writes_nowhere_else_and_never_gives_up():
    service = _service()
    assert service["Type"] == "notify"
    assert int(service["WatchdogSec"]) >= 30
    assert service["Restart"] == "always"
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectory"] == "suluh"
    program, folder, config = service["ExecStart"].split()
    assert program == "/opt/suluh/deploy/gateway/start"
    assert (folder, config) == ("/var/lib/suluh", "/etc/suluh/gateway.toml")
    assert (FOLDER / "start").stat().st_mode & 0o111


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_knows_every_word_of_it(tmp_path):
    # The program is not installed here, and only that may be wrong.
    text = UNIT.read_text().replace("/opt/suluh/deploy/gateway/start", "/bin/true")
    (tmp_path / UNIT.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / UNIT.name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert not wrong
