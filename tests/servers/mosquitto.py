"""A real mosquitto with the settings Suluh runs it with."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.servers.certificates import Certificates
from tests.servers.left_out import need, runs_as_root
from tests.servers.process import ServerProcess, answers, free_port

_SETTINGS = """\
listener {port} 127.0.0.1
persistence true
persistence_location {folder}/
autosave_interval 1
max_queued_messages 0
max_inflight_messages 1000
log_type error
log_type warning
log_type notice
"""


class Mosquitto:
    """A running broker.

    Attributes
    ----------
    host, port
        Where it listens; the port stays the same over restarts.
    tls
        Its certificates, None for a plain listener.
    """

    def __init__(
        self,
        folder: Path,
        users: Mapping[str, str] | None = None,
        acl: str = "",
        tls: Certificates | None = None,
        port: int = 0,
    ) -> None:
        binary = need("mosquitto")
        self.host = "127.0.0.1"
        self.port = port or free_port()
        self.tls = tls
        folder.mkdir(parents=True, exist_ok=True)
        lines = _SETTINGS.format(port=self.port, folder=folder)
        lines += "user root\n" if runs_as_root() else ""
        lines += _credentials(folder, users) if users else "allow_anonymous true\n"
        if tls:
            lines += f"cafile {tls.ca}\ncertfile {tls.server}\nkeyfile {tls.key}\n"
        if acl:
            (folder / "acl").write_text(acl)
            (folder / "acl").chmod(0o600)
            lines += f"acl_file {folder}/acl\n"
        (folder / "mosquitto.conf").write_text(lines)
        self._process = ServerProcess(
            [str(binary), "-c", str(folder / "mosquitto.conf")],
            folder / "mosquitto.log",
            ready=lambda: answers(self.port),
        )

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"{self.host}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self._process.running

    def start(self) -> None:
        """Start it, or do nothing when it runs; sessions of an orderly stop are kept."""
        self._process.start()

    def stop(self) -> None:
        """Stop it in order (SIGTERM); it writes its sessions to disk."""
        self._process.stop()

    def kill(self) -> None:
        """Kill it (SIGKILL); what it held in memory is lost."""
        self._process.kill()

    def restart(self) -> None:
        """Stop it in order and start it again on the same port."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze it (SIGSTOP)."""
        self._process.pause()

    def resume(self) -> None:
        """Let it go on."""
        self._process.resume()


def _credentials(folder: Path, users: Mapping[str, str]) -> str:
    file = folder / "passwords"
    file.touch(mode=0o600)
    tool = need("mosquitto").parent.parent / "bin" / "mosquitto_passwd"
    program = str(tool) if tool.exists() else "mosquitto_passwd"
    for name, password in users.items():
        subprocess.run([program, "-b", str(file), name, password], check=True, capture_output=True)
    return f"allow_anonymous false\npassword_file {file}\n"


@contextmanager
def broker(
    folder: Path,
    users: Mapping[str, str] | None = None,
    acl: str = "",
    tls: Certificates | None = None,
    port: int = 0,
) -> Iterator[Mosquitto]:
    """A broker for the length of a `with`; `users` maps names to passwords, None lets all in."""
    server = Mosquitto(folder, users, acl, tls, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def _session_mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with broker(tmp_path_factory.mktemp("mosquitto")) as server:
        yield server


@pytest.fixture(scope="session")
def mosquitto(_session_mosquitto: Mosquitto) -> Mosquitto:
    """The broker all tests share: no credentials. Use topics and client ids of your own."""
    return _session_mosquitto


@pytest.fixture
def new_mosquitto(tmp_path: Path) -> Iterator[Callable[..., Mosquitto]]:
    """A function that starts a fresh broker: `new_mosquitto(users=..., acl=..., tls=...)`."""
    with ExitStack() as brokers:

        def start(
            users: Mapping[str, str] | None = None, acl: str = "", tls: Certificates | None = None
        ) -> Mosquitto:
            folder = tmp_path / f"mosquitto-{free_port()}"
            return brokers.enter_context(broker(folder, users, acl, tls))

        yield start
