"""Who is silent for too long is stuck; systemd hears what it is told, where it listens."""

import socket

from collector.gateway.heartbeat import Heartbeat, notify


def test_a_thread_that_does_not_beat_in_its_time_is_stuck():
    now_s = [0.0]
    heartbeat = Heartbeat(lambda: now_s[0])
    quick, slow = heartbeat.expect("quick", 10), heartbeat.expect("slow", 100)
    assert not heartbeat.stuck()
    now_s[0] = 50.0
    assert heartbeat.stuck() == ["quick"]
    quick()
    assert not heartbeat.stuck()
    now_s[0] = 101.0
    assert heartbeat.stuck() == ["quick", "slow"]
    slow()
    assert heartbeat.stuck() == ["quick"]


def test_systemd_is_told_by_its_own_protocol(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5)
        notify("WATCHDOG=1", str(tmp_path / "notify"))
        assert systemd.recv(99) == b"WATCHDOG=1"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0suluh-{tmp_path}")
        systemd.settimeout(5)
        notify("READY=1", f"@suluh-{tmp_path}")
        assert systemd.recv(99) == b"READY=1"


def test_without_systemd_nothing_happens(tmp_path):
    notify("READY=1", "")
    notify("READY=1", str(tmp_path / "nobody"))
