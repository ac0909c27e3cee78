"""Builds the door that tells of a collector."""

from collector.bootstrap import Collector
from collector.domain.clock import Clock, system_clock
from collector.settings import CollectorSettings
from collector.watch.metrics import Numbers, exposition
from collector.watch.status_door import StatusDoor
from collector.web_server import PortTakenError


def build_status_door(
    settings: CollectorSettings, collector: Collector, clock: Clock = system_clock
) -> StatusDoor:
    """What tells of this collector; it listens already. Raises PortTakenError."""
    numbers = Numbers(
        collector.watched,
        collector.watch,
        collector.worker.counts,
        lambda: collector.entry.retries,
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
