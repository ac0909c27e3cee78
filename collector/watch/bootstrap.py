"""Builds the door that tells of a collector."""

import time

from sqlalchemy import Engine

from collector.bootstrap import Collector
from collector.domain.clock import Clock, system_clock
from collector.ingest.repository import SqlDeadLetters
from collector.ledger.balance.repository import SqlBalance
from collector.settings import CollectorSettings
from collector.watch.measured import Kept
from collector.watch.metrics import Numbers, exposition
from collector.watch.sampled import Sampled
from collector.watch.status_door import StatusDoor
from collector.web_server import PortTakenError


def build_status_door(
    settings: CollectorSettings, collector: Collector, engine: Engine, clock: Clock = system_clock
) -> StatusDoor:
    """What tells of this collector; it listens already. Raises PortTakenError."""
    balance, letters = SqlBalance(engine), SqlDeadLetters(engine)
    numbers = Numbers(
        collector.watched,
        collector.watch,
        collector.measured,
        Sampled(lambda: Kept(*balance.open_holes(), letters.count_readings()), time.monotonic),
        collector.http_answers,
        clock,
    )
    host, port = settings.status_host, settings.status_port
    try:
        return StatusDoor(host, port, collector.watch, lambda: exposition(numbers))
    except OSError as error:
        raise PortTakenError(
            f"{host}:{port} cannot be listened on ({error.strerror}). "
            "Choose another port with SULUH_STATUS_PORT."
        ) from error
