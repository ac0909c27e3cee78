"""A real InfluxDB 2, set up through its own HTTP API."""

from __future__ import annotations

import json
import secrets
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.servers.left_out import need
from tests.servers.process import ServerProcess, free_port


class InfluxDB:
    """A running InfluxDB.

    Attributes
    ----------
    url, token, org, bucket
        What a client needs; the token may do everything.
    """

    def __init__(self, folder: Path) -> None:
        binary = need("influxdb")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.token = secrets.token_urlsafe(24)
        self.org = "suluh"
        self.bucket = "readings"
        folder.mkdir(parents=True, exist_ok=True)
        self._process = ServerProcess(
            [
                str(binary),
                f"--http-bind-address=127.0.0.1:{port}",
                f"--bolt-path={folder / 'influxd.bolt'}",
                f"--sqlite-path={folder / 'influxd.sqlite'}",
                f"--engine-path={folder / 'engine'}",
                "--reporting-disabled",
                "--log-level=warn",
                # As docker-compose.yml sets it.
                "--storage-cache-snapshot-memory-size=268435456",
            ],
            folder / "influxd.log",
            ready=self._healthy,
        )

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self._process.running

    def start(self) -> None:
        """Start it, or do nothing when it runs; data of earlier runs is kept."""
        self._process.start()

    def stop(self) -> None:
        """Stop it in order."""
        self._process.stop()

    def kill(self) -> None:
        """Kill it (SIGKILL)."""
        self._process.kill()

    def pause(self) -> None:
        """Freeze it (SIGSTOP): writes time out."""
        self._process.pause()

    def resume(self) -> None:
        """Let it go on."""
        self._process.resume()

    def set_up(self) -> None:
        """Create the organisation, the bucket and the token; once, on an empty server."""
        self._call(
            "/api/v2/setup",
            {
                "username": "suluh",
                "password": secrets.token_urlsafe(16),
                "org": self.org,
                "bucket": self.bucket,
                "token": self.token,
            },
        )

    def new_bucket(self) -> str:
        """Create an empty bucket and return its name."""
        organisations = self._call(f"/api/v2/orgs?org={self.org}")["orgs"]
        name = f"bucket-{secrets.token_hex(6)}"
        self._call("/api/v2/buckets", {"orgID": organisations[0]["id"], "name": name})
        return name

    def _healthy(self) -> bool:
        try:
            return self._call("/health")["status"] == "pass"
        except (OSError, ValueError):
            return False

    def _call(self, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Token {self.token}", "Content-Type": "application/json"},
        )
        with _no_proxy.open(request, timeout=10) as answer:
            return json.load(answer)


# A proxy in the environment must not stand between a test and its own loopback server.
_no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextmanager
def influx_server(folder: Path) -> Iterator[InfluxDB]:
    """A server with its organisation and token for the length of a `with`."""
    server = InfluxDB(folder)
    server.start()
    try:
        server.set_up()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def influxdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InfluxDB]:
    """The server all tests share; take `influxdb.new_bucket()` to be alone."""
    with influx_server(tmp_path_factory.mktemp("influxdb")) as server:
        yield server


@pytest.fixture
def influx_bucket(influxdb: InfluxDB) -> str:
    """Name of an empty bucket of this test's own."""
    return influxdb.new_bucket()
