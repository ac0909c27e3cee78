"""The programs Suluh works with but does not install: what each is for, how to find and get it.

One list for `suluh doctor`, the demo and the tests, so that they never disagree. Standard
library only: it must answer before anything is installed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

INFLUXD_VERSION = "2.7.12"
_SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/sbin")
_POSTGRES_ROOT = Path("/usr/lib/postgresql")
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

Environment = Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """A program outside Python that some of Suluh needs.

    Attributes
    ----------
    name
        How tests, `SULUH_REQUIRE` and `suluh doctor` call it.
    purpose
        What is not available without it.
    how_to_get
        One line that a person can type or read.
    needed_by
        "product" when an installation may use it, "tests" when only the tests do.
    locate
        Takes the environment; returns the program, or None when it is not there.
    """

    name: str
    purpose: str
    how_to_get: str
    needed_by: str
    locate: Callable[[Environment], Path | None]

    def find(self, environment: Environment | None = None) -> Path | None:
        """Path of the program, or None when this machine does not have it."""
        return self.locate(os.environ if environment is None else environment)


def cache_folder(environment: Environment) -> Path:
    """Where programs that were built once are kept, outside any checkout."""
    given = environment.get("SULUH_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "suluh"


def _on_path(*names: str) -> Callable[[Environment], Path | None]:
    """Look for the first of `names` on PATH and in the folders Debian keeps servers in."""

    def locate(environment: Environment) -> Path | None:
        folders = os.pathsep.join((environment.get("PATH", os.defpath), *_SYSTEM_FOLDERS))
        found = (shutil.which(name, path=folders) for name in names)
        return next((Path(path) for path in found if path), None)

    return locate


def _influxd(environment: Environment) -> Path | None:
    """SULUH_INFLUXD, then the cache that `.ci/build-influxd` fills, then PATH."""
    named = environment.get("SULUH_INFLUXD")
    candidates = (
        [Path(named)] if named else [cache_folder(environment) / f"influxd-{INFLUXD_VERSION}"]
    )
    for candidate in candidates:
        if os.access(candidate, os.X_OK) and candidate.is_file():
            return candidate
    return None if named else _on_path("influxd")(environment)


def _postgres(environment: Environment) -> Path | None:
    """The newest server under Debian's folder, else the one on PATH; initdb must lie beside it."""
    versions = [p for p in _POSTGRES_ROOT.glob("*/bin/postgres") if p.parent.parent.name.isdigit()]
    newest = max(versions, key=lambda p: int(p.parent.parent.name), default=None)
    server = newest or _on_path("postgres")(environment)
    return server if server and (server.parent / "initdb").exists() else None


def _libmodbus(environment: Environment) -> Path | None:
    """Its header; a compiler must be there, too."""
    header = Path("/usr/include/modbus/modbus.h")
    return header if header.exists() and _on_path("cc")(environment) else None


PARTS: tuple[Part, ...] = (
    Part(
        "mosquitto",
        "the MQTT broker; without it the demo uses a small built-in one",
        "apt-get install mosquitto",
        "product",
        _on_path("mosquitto"),
    ),
    Part(
        "influxdb",
        "InfluxDB 2, the store for readings on a server; the embedded DuckDB needs nothing",
        "run .ci/build-influxd (Go and cargo), or set SULUH_INFLUXD to an influxd 2.7",
        "product",
        _influxd,
    ),
    Part(
        "postgres",
        "PostgreSQL, the registry and tickets on a server; the embedded SQLite needs nothing",
        "apt-get install postgresql",
        "product",
        _postgres,
    ),
    Part(
        "mosquitto_pub",
        "MQTT client that sends as a foreign device would",
        "apt-get install mosquitto-clients",
        "tests",
        _on_path("mosquitto_pub"),
    ),
    Part(
        "chromium",
        "browser in which the pages are tested",
        "apt-get install chromium",
        "tests",
        _on_path(*_CHROMIUM_NAMES),
    ),
    Part(
        "mbpoll",
        "Modbus client that checks the simulated charge controllers",
        "apt-get install mbpoll",
        "tests",
        _on_path("mbpoll"),
    ),
    Part(
        "socat",
        "joins two serial ports, for Modbus RTU",
        "apt-get install socat",
        "tests",
        _on_path("socat"),
    ),
    Part(
        "libmodbus",
        "a Modbus server of other people's making, which the gateway is tried on",
        "apt-get install libmodbus-dev build-essential",
        "tests",
        _libmodbus,
    ),
    Part(
        "strace",
        "makes the disk fail or slow down, for the tests of durability",
        "apt-get install strace",
        "tests",
        _on_path("strace"),
    ),
    Part(
        "openssl",
        "makes the certificates with which TLS is tested",
        "apt-get install openssl",
        "tests",
        _on_path("openssl"),
    ),
    Part(
        "ssh_keygen",
        "looks at the signatures of versions for gateways",
        "apt-get install openssh-client",
        "product",
        _on_path("ssh-keygen"),
    ),
)


def part(name: str) -> Part:
    """The part called `name`.

    Raises
    ------
    ValueError
        If no part has that name; the message lists those there are.
    """
    for candidate in PARTS:
        if candidate.name == name:
            return candidate
    known = ", ".join(each.name for each in PARTS)
    raise ValueError(f"no external part is called {name!r}; there are {known}")
