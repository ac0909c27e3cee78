"""The demonstration's broker: mosquitto, or a small one in Python where that is not installed."""

import secrets
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from api.demo.children import Child, module
from api.health.parts import part
from collector.publishers.broker_files import access_list

_READY_WITHIN_S = 20.0


@dataclass(frozen=True)
class DemoBroker:
    """A running broker on the loopback interface. Passwords are made anew at every start."""

    child: Child
    port: int
    passwords: dict[str, str]
    protocol: Literal[5, 3]

    @property
    def is_mosquitto(self) -> bool:
        """Whether this is the real thing."""
        return self.protocol == 5


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_mosquitto() -> Path | None:
    """Where mosquitto is installed; Debian keeps it off an ordinary user's path."""
    found = part("mosquitto").find()
    return found if found and shutil.which("mosquitto_passwd") else None


def start_broker(folder: Path, users: tuple[str, ...]) -> DemoBroker:
    """Start a broker for these users. Raises ChildFailedError when it does not come up."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    mosquitto = find_mosquitto()
    if mosquitto:
        passwords = {user: secrets.token_urlsafe(18) for user in users}
        config = _mosquitto_config(folder, port, passwords)
        child = Child("mosquitto", [str(mosquitto), "-c", str(config)], folder / "mosquitto.log")
        broker = DemoBroker(child, port, passwords, protocol=5)
    else:
        child = Child(
            "small broker", module("api.demo.small_broker", str(port)), folder / "broker.log"
        )
        broker = DemoBroker(child, port, {}, protocol=3)
    _wait_until_it_listens(child, port)
    return broker


def _mosquitto_config(folder: Path, port: int, passwords: dict[str, str]) -> Path:
    password_file, acl_file = folder / "passwords", folder / "acl"
    # Closed to others before the first password is in it.
    password_file.touch(mode=0o600)
    password_file.write_text("".join(f"{u}:{p}\n" for u, p in passwords.items()))
    subprocess.run(["mosquitto_passwd", "-U", str(password_file)], check=True)
    # The collector reads all and acknowledges; the simulator stands for every device.
    acl_file.write_text(
        access_list("suluh-collector") + "\nuser suluh-sim\ntopic readwrite shs/v1/#\n"
    )
    acl_file.chmod(0o600)
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {password_file}\n"
        f"acl_file {acl_file}\npersistence true\npersistence_location {folder}/\n"
        "max_inflight_messages 0\nmax_queued_messages 0\nmax_queued_bytes 1073741824\n"
        f"log_dest file {folder / 'mosquitto.log'}\nlog_type error\nlog_type warning\n"
        # Started by root, mosquitto would change to a user who may not write in this folder.
        "user root\n"
    )
    return config


def _wait_until_it_listens(child: Child, port: int) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline:
        child.must_run()
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    child.stop()
    child.must_run()
