"""Each question to the machine has an answer when it is well and another when it is not."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.health import machine
from api.health.finding import Verdict
from api.health.parts import Part

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        ((3, 10), Verdict.FAULT),
        ((3, 11), Verdict.OK),
        ((3, 14), Verdict.OK),
        ((3, 15), Verdict.FAULT),
    ],
)
def test_python_version(version, verdict):
    assert machine.python_version(version).verdict is verdict


@pytest.mark.parametrize("needed_by", ["product", "tests"])
def test_a_missing_part_is_named_with_its_use_and_its_way_in(needed_by):
    part = Part("mbpoll", "checks controllers", "apt-get install mbpoll", needed_by, lambda _: None)
    finding = machine.external_part(part, {})
    assert finding.verdict is Verdict.NOTICE
    assert "checks controllers" in finding.found
    assert ("only for tests" in finding.found) == (needed_by == "tests")
    assert finding.to_do == "apt-get install mbpoll"


def test_a_part_that_is_there_needs_nothing():
    part = Part("socat", "serial", "apt-get install socat", "tests", lambda _: Path("/bin/socat"))
    finding = machine.external_part(part, {})
    assert (finding.verdict, finding.to_do) == (Verdict.OK, "")


def test_a_data_folder_is_writable_or_can_be_made(tmp_path):
    assert machine.data_folder(tmp_path).verdict is Verdict.OK
    assert "will be made" in machine.data_folder(tmp_path / "a" / "b").found
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_data_folder_is_a_fault(tmp_path):
    (tmp_path / "data").write_text("")
    finding = machine.data_folder(tmp_path / "data")
    assert finding.verdict is Verdict.FAULT
    assert "SULUH_DATA_DIR" in finding.to_do


def test_disk_space(tmp_path):
    assert machine.disk_space(tmp_path / "later", least_bytes=1).verdict is Verdict.OK
    full = machine.disk_space(tmp_path, least_bytes=10**18)
    assert full.verdict is Verdict.FAULT
    assert "GB is wanted" in full.to_do


def test_a_port_in_use_is_told_apart_from_a_free_one():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        number = server.getsockname()[1]
        assert machine.port("pages", "127.0.0.1", number, "SULUH_API_PORT").verdict is Verdict.OK
        server.listen()
        finding = machine.port("pages", "127.0.0.1", number, "SULUH_API_PORT")
    assert finding.verdict is Verdict.NOTICE
    assert "SULUH_API_PORT" in finding.to_do


def test_a_host_that_cannot_be_found_is_not_in_use():
    finding = machine.port("broker port", "broker.invalid", 1883, "SULUH_MQTT_HOST")
    assert finding.verdict is Verdict.NOTICE
    assert "cannot be found" in finding.found


@pytest.mark.parametrize(
    ("now", "newest", "verdict"),
    [
        (NOW, NOW - timedelta(days=30), Verdict.OK),
        (NOW, NOW + timedelta(hours=20), Verdict.OK),
        (NOW, NOW + timedelta(days=2), Verdict.FAULT),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW, Verdict.FAULT),
        (datetime(2000, 1, 1, tzinfo=UTC), datetime(1999, 1, 1, tzinfo=UTC), Verdict.FAULT),
    ],
)
def test_clock(now, newest, verdict):
    assert machine.clock(now, newest).verdict is verdict
