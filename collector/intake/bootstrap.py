"""Builds the HTTP door of a collector."""

from typing import Any

from sqlalchemy import Engine

from collector.bootstrap import Collector
from collector.domain.clock import Clock, system_clock
from collector.fleet.database import DATABASE_TROUBLE
from collector.intake.acks import Runs, acks_alone
from collector.intake.http import HttpDoor, http_intake
from collector.ledger.repository import SqlLedger
from collector.ledger.upload_acks import upload_acks
from collector.publishers.port import lets_in
from collector.publishers.repository import SqlPublishers
from collector.releases.bootstrap import serve_versions
from collector.settings import CollectorSettings
from collector.web_server import Address, WebServer

MOST_CONNECTIONS = 400
"""At the HTTP door at once, whoever they are; who comes then is told to come later."""


def build_http_door(
    settings: CollectorSettings, collector: Collector, engine: Engine, clock: Clock = system_clock
) -> WebServer:
    """The collector's HTTP door, where the settings say; not open yet."""
    publishers, ledger = SqlPublishers(engine), SqlLedger(engine)

    def acks(publisher: str, runs: Runs) -> list[dict[str, Any]]:
        try:
            known = upload_acks(ledger, publisher, runs)
        except DATABASE_TROUBLE:
            return acks_alone(runs)
        said = {(entry["sn"], entry["b"]) for entry in known}
        return known + acks_alone({mine: runs[mine] for mine in runs.keys() - said})

    door = HttpDoor(
        lambda name, secret: lets_in(publishers, name, secret),
        collector.entry.offer,
        lambda: collector.entry.trouble,
        clock,
        acks,
        unavailable=DATABASE_TROUBLE,
        answers=collector.http_answers,
    )
    choose = "Choose another port with SULUH_HTTP_PORT."
    host, port = settings.http_host, settings.http_port
    address = Address(host, port, choose, settings.http_certificate, settings.http_key)
    app = http_intake(door)
    serve_versions(app, door, engine)
    return WebServer(app, address, MOST_CONNECTIONS)
