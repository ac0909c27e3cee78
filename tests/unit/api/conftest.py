"""The application on a small world in memory."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.unit.api.world import World, make_world


@pytest.fixture(scope="session")
def _fleet_of_the_session() -> World:
    return make_world()


@pytest.fixture
def world(_fleet_of_the_session: World) -> World:
    """A world whose store, book and clock a test may change."""
    made = _fleet_of_the_session
    return World(
        made.fleet,
        type(made.store)(made.store.batch),
        type(made.book)(dict(made.book.tickets), dict(made.book.history), dict(made.book.judged)),
        dict(made.fault_of),
    )


@pytest.fixture
def client(world: World) -> TestClient:
    """Answers as a server would: errors are answers, not exceptions; redirects are not followed."""
    app = create_app(world.services())
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)
