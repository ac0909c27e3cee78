"""Joins versions in the database with the door at which gateways fetch them."""

from typing import Any

from sqlalchemy import Engine

from collector.intake.http import HttpDoor
from collector.intake.versions_http import VersionsDoor, add_versions
from collector.releases.repository import SqlReleases


def serve_versions(app: Any, door: HttpDoor, engine: Engine) -> None:
    """Let the application of the HTTP door serve them."""
    releases = SqlReleases(engine)

    def wanted(gateway: str) -> dict[str, Any] | None:
        order = releases.order(gateway)
        if order is None:
            return None
        return {
            "sha256": order.release.digest,
            "size_bytes": order.release.size_bytes,
            "signature": order.release.signature,
            "assigned_s": order.assigned_s,
        }

    add_versions(app, door, VersionsDoor(wanted, releases.archive))
