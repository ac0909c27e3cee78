"""The demonstration as a newcomer starts it: whole processes, nothing left over."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "api.command", "demo"]


def processes_of(marker):
    """Command lines of running processes that name a folder of the test."""
    found = []
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = arguments.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if marker in line:
                found.append(line)
    return found


@pytest.mark.mosquitto
@pytest.mark.timeout(400)
def test_once_accounts_for_every_reading(tmp_path):
    account = tmp_path / "account.json"
    folder = tmp_path / "data"
    arguments = ["--once", "--days", "20", "--seed", "1", "--json", account, "--data", folder]
    command = [*COMMAND, *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(account.read_text())
    assert told["systems"] == 1164
    assert told["sent"] == told["stored"] + told["dead_letters"]
    assert told["in_flight"] == 0
    assert told["sent"] > 1164 * 96 * 20 * 0.8
    assert told["dead_letters"] > 0
    assert told["via_modbus"] >= 30
    assert sum(told["tickets"].values()) > 0
    for injected, ticketed in told["found"].values():
        assert 0 <= ticketed <= injected
    assert {"history", "modbus", "analytics", "page"} <= told["seconds"].keys()
    assert processes_of(str(folder)) == []


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "broker", [pytest.param("mosquitto", marks=pytest.mark.mosquitto), "built-in"]
)
def test_live_until_ctrl_c_and_again(tmp_path, broker):
    environment = dict(os.environ)
    if broker == "built-in":
        # As on a machine without mosquitto: its password tool cannot be found.
        environment["PATH"] = str(tmp_path)
    folder = tmp_path / "data"
    arguments = ["--days", "8", "--data", str(folder), "--port", "0"]
    for start in ("first", "second"):
        log = (tmp_path / f"{start}.log").open("w+")
        demo = subprocess.Popen(
            [*COMMAND, *arguments], stdout=log, stderr=subprocess.STDOUT, env=environment
        )
        text = told_by(demo, log, "The fleet is live: ")
        assert ("mosquitto is not installed" in text) == (broker == "built-in")
        url = re.search(r"The fleet is live: (\S+)", text).group(1)
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert "1.164" in answer.read().decode()
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0
        assert processes_of(str(folder)) == []
    assert "History: 0 days" in text


def told_by(process, log, words, within_s=180.0):
    """What a process has printed once it has printed these words."""
    deadline = time.monotonic() + within_s
    while True:
        log.seek(0)
        text = log.read()
        if words in text:
            return text
        assert process.poll() is None, text
        assert time.monotonic() < deadline, text
        time.sleep(0.3)
