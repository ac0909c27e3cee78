"""What the broker tells of itself on its $SYS topics; it comes in at the door like messages."""

from collections.abc import Callable

from collector.intake.door import BROKER_DROPPED, Put
from collector.spool.delivery import Delivery


class BrokerSays:
    """Takes the broker's words out of what is put into the spool."""

    def __init__(self, put: Put) -> None:
        """``put`` is where everything else goes."""
        self.dropped = 0
        self._put = put

    def put(self, delivery: Delivery, acknowledge: Callable[[], None]) -> bool:
        """Note the broker's words, or hand the delivery on; see Put."""
        if delivery.topic != BROKER_DROPPED:
            return self._put(delivery, acknowledge)
        if delivery.payload.isdigit():
            self.dropped = int(delivery.payload[:18])
        acknowledge()
        return True
