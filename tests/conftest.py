"""What every test may use: real servers, and a plain account of what had to be left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from api.health.parts import PARTS
from tests.servers import left_out

pytest_plugins = [
    "tests.servers.mosquitto",
    "tests.servers.influxdb",
    "tests.servers.postgres",
    "tests.servers.chromium",
]

# A test that takes one of these fixtures needs the part, and is marked with its name.
_FIXTURE_PARTS = {
    "mosquitto": "mosquitto",
    "new_mosquitto": "mosquitto",
    "influxdb": "influxdb",
    "postgres": "postgres",
    "chromium": "chromium",
}
_PART_NAMES = {part.name for part in PARTS}


def pytest_configure() -> None:
    """Stop at once when a demanded part is missing, rather than skip its tests in silence."""
    left_out.refuse_if_missing(os.environ.get("SULUH_REQUIRE"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the parts whose fixtures they take and by their folder."""
    here = Path(__file__).parent
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in _FIXTURE_PARTS:
                item.add_marker(_FIXTURE_PARTS[fixture])
        if item.path.is_relative_to(here / "e2e"):
            item.add_marker("e2e")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that is marked with a part this machine lacks."""
    for marker in item.iter_markers():
        if marker.name in _PART_NAMES:
            left_out.need(marker.name)


@pytest.fixture(autouse=True)
def _shared_servers_run(request: pytest.FixtureRequest) -> None:
    """Start again what the test before has killed."""
    for name in ("mosquitto", "influxdb"):
        if name in request.fixturenames:
            request.getfixturevalue(name).start()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was left out and how to get it."""
    lines = left_out.summary_lines()
    if lines:
        terminalreporter.section("left out on this machine")
        for line in lines:
            terminalreporter.write_line(line)
