"""A real PostgreSQL server of Debian, and a fresh database for each test."""

from __future__ import annotations

import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.servers.left_out import need, runs_as_root
from tests.servers.process import ServerProcess, answers, free_port

_USER = "postgres"
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Postgres:
    """A running server that trusts whoever comes over loopback."""

    def __init__(self, folder: Path) -> None:
        server = need("postgres")
        self.port = free_port()
        # PostgreSQL refuses to run as root, so root lends it to Debian's own account.
        user = _USER if runs_as_root() else None
        subprocess.run(
            [
                str(server.parent / "initdb"),
                f"--pgdata={folder / 'data'}",
                f"--username={_USER}",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
        settings = (
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            "unix_socket_directories=",
            *_QUICK,
        )
        flags = [word for setting in settings for word in ("-c", setting)]
        self._process = ServerProcess(
            [str(server), "-D", str(folder / "data"), *flags],
            folder / "postgres.log",
            ready=self._healthy,
            user=user,
        )

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self._process.running

    def start(self) -> None:
        """Start it, or do nothing when it runs."""
        self._process.start()

    def stop(self) -> None:
        """Stop it in order, ending open sessions (fast shutdown)."""
        self._process.stop(signal.SIGINT)

    def kill(self) -> None:
        """Kill it (SIGKILL)."""
        self._process.kill()

    def url(self, database: str) -> str:
        """SQLAlchemy address of `database`."""
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> None:
        """Create an empty database."""
        self._run(f'CREATE DATABASE "{database}"')

    def drop(self, database: str) -> None:
        """Remove a database, even when someone is still connected to it."""
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement.encode())

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=_USER, dbname=_USER, autocommit=True
        )

    def _healthy(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return answers(self.port)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server all tests share."""
    # Not pytest's own folder: that one is closed to the account PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="suluh-postgres-"))
    if runs_as_root() and need("postgres"):
        shutil.chown(folder, _USER, _USER)
    try:
        server = Postgres(folder)
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """SQLAlchemy address of an empty database of this test's own."""
    postgres.start()
    database = f"test_{secrets.token_hex(6)}"
    postgres.create(database)
    yield postgres.url(database)
    postgres.start()
    postgres.drop(database)
