"""What a publisher's state message says, as the ledger wants it."""

from collector.ledger.port import PublisherState
from collector.spool.delivery import Delivery
from collector.wire.state import read_state
from collector.wire.topics import is_state


def outbox_said(delivery: Delivery) -> PublisherState | None:
    """What it says of its sender's outbox and version; None for any other message."""
    said = read_state(delivery.payload) if is_state(delivery.topic) else None
    if said is None or said.outbox_rows is None:
        return None
    return PublisherState(
        delivery.publisher,
        delivery.received_s,
        said.outbox_rows,
        said.produced,
        said.since_boot,
        said.release,
        said.update,
    )
