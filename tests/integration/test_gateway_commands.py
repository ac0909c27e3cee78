"""The real process obeys: a configuration is kept or taken back, a time is heard."""

import socket
import time

import pytest

from collector.gateway.clock import synchronised
from tests.fixtures.village_gateway import GatewayProcess, eventually
from tests.integration.test_gateway_to_broker import Village
from tests.servers.process import free_port

pytestmark = pytest.mark.slow


@pytest.fixture
def village(mosquitto, tmp_path):
    one = Village(mosquitto, tmp_path, serials=["KPK-0001"], trial_s=10)
    yield one
    one.close()


def test_what_works_is_kept_and_what_does_not_is_taken_back(village):
    village.gateway.start()
    eventually(lambda: village.server.readings)
    village.server.command(interval_s=2)
    eventually(lambda: "change_kept" in village.gateway.log.read_text(), 60)
    assert village.server.births[-1]["interval_s"] == 2
    village.server.command(config={"broker": {"port": free_port()}})
    eventually(lambda: "change_taken_back" in village.gateway.log.read_text(), 90)
    eventually(
        lambda: (
            "no acknowledgement by the server in time" in village.server.states[-1]["config"]
            if "config" in village.server.states[-1]
            else False
        ),
        60,
    )
    assert village.server.births[-1]["interval_s"] == 2, "what was kept before is kept on"
    village.server.command(config={"interval_s": 0})
    produced = village.gateway.produced()
    eventually(lambda: village.gateway.produced() > produced, what="reading on")
    eventually(lambda: "900 is the programme's" in village.server.states[-1].get("config", ""))
    assert village.gateway.stop() == 0


def test_systemd_hears_that_it_lives(mosquitto, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)
        one = Village(mosquitto, tmp_path, serials=["KPK-0001"])
        one.gateway = GatewayProcess(one.gateway.config, NOTIFY_SOCKET=str(tmp_path / "notify"))
        one.gateway.start()
        try:
            assert systemd.recv(99) == b"READY=1"
            assert {systemd.recv(99) for _ in range(3)} == {b"WATCHDOG=1"}
        finally:
            one.close()


@pytest.mark.skipif(synchronised(), reason="NTP keeps the clock of this machine")
def test_without_a_clock_readings_wait_for_the_server_to_say_the_time(mosquitto, tmp_path):
    one = Village(mosquitto, tmp_path, serials=["KPK-0001"], clock="ntp")
    one.gateway.start()
    try:
        eventually(lambda: one.gateway.produced() >= 2)
        eventually(lambda: one.server.states and one.server.states[-1].get("clock") == "unset")
        assert not one.server.readings, "a wrong time is never sent"
        one.server.command(time=time.time())
        eventually(lambda: len(one.server.readings) >= 4)
        times = sorted(time_s for time_s, _ in one.server.readings.values())
        assert abs(times[-1] - time.time()) < 60
        assert times[1] - times[0] <= 3, "those from before stand where they were measured"
    finally:
        one.close()
