"""The pages as people meet them: real stores on disk, a real server, a fleet of 206 systems.

``python -m tests.e2e.pages_site FOLDER PORT`` serves it to look at.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from analytics.tickets.port import Changes
from analytics.tickets.repository import SqlTicketBook
from api.bootstrap import Stores, build_app, open_stores, web_server
from api.settings import ApiSettings
from collector.domain.clock import DAY_S
from collector.fleet.changes import FleetChanges
from collector.fleet.repository import SqlFleet
from collector.settings import CollectorSettings
from collector.store.port import ReadingStore
from tests.unit.api.world import NOW_S, World, make_world


@dataclass(frozen=True)
class Site:
    """A running site and what it was filled with."""

    url: str
    world: World
    store: ReadingStore


def fill(stores: Stores, world: World) -> None:
    """Write the world through the ports, as the collector, the importer and the nights do."""
    fleet = world.fleet
    everything = FleetChanges(
        villages=tuple(fleet.villages.values()), systems=fleet.systems, begun=fleet.assignments
    )
    SqlFleet(stores.engine).change(lambda _: everything)
    stores.readings.write(world.store.batch)
    raised = [replace(t, number=0) for t in world.book.tickets.values()]
    states = list(world.book.judged.values())
    stores.forecasts.keep(list(world.forecasts.held.values()))
    SqlTicketBook(stores.engine).apply(Changes(NOW_S - DAY_S, raised=raised, states=states))


@contextmanager
def running_site(folder: Path, port: int = 0, days: int = 9) -> Iterator[Site]:
    """Serve a filled site on a free port; its clock stands at 14:05 WITA."""
    stores = open_stores(CollectorSettings(data_dir=folder))
    world = make_world(days=days)
    fill(stores, world)
    server = web_server(build_app(stores, lambda: NOW_S), ApiSettings(port=port))
    server.start()
    try:
        yield Site(server.url.rstrip("/"), world, stores.readings)
    finally:
        server.stop()
        stores.close()


if __name__ == "__main__":
    with running_site(Path(sys.argv[1]), int(sys.argv[2]), days=31) as site:
        print(site.url, flush=True)
        sys.stdin.read()
