"""One server process: started with a log file, watched until ready, stopped by its own pid."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

READY_LIMIT_S = 60.0
STOP_LIMIT_S = 20.0


class ServerFailedError(RuntimeError):
    """A server ended or stayed silent while the tests waited for it; holds the end of its log."""


def free_port() -> int:
    """A TCP port on loopback that nothing listens on, chosen by the operating system."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether something accepts connections on loopback at `port`."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class ServerProcess:
    """Start, stop, kill and restart one program; its output goes to `log`."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self._command = list(command)
        self._log = log
        self._ready = ready
        self._environment = dict(environment) if environment is not None else None
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process and self.running else None

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and return when it is ready; does nothing when it runs already."""
        if self.running:
            return
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                start_new_session=True,
            )
        self._wait_until_ready()

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, and kill it when it does not within some seconds."""
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(with_signal)
            self._process.send_signal(signal.SIGCONT)  # a paused process cannot end
            try:
                self._process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def pause(self) -> None:
        """Freeze it (SIGSTOP): it keeps its connections and answers nothing."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen process go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def _wait_until_ready(self) -> None:
        limit = time.monotonic() + READY_LIMIT_S
        while not self._ready():
            if not self.running or time.monotonic() > limit:
                self.stop()
                tail = self._log.read_text(errors="replace")[-2000:]
                raise ServerFailedError(f"{self._command[0]} did not become ready:\n{tail}")
            time.sleep(0.05)
