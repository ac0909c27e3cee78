"""Tells the time to publishers that do not know it."""

from collections.abc import Callable

import msgspec

from collector.domain.clock import Clock
from collector.intake.door import Put
from collector.spool.delivery import Delivery
from collector.wire.state import read_state
from collector.wire.topics import cmd_topic, is_state


class TimeTeller:
    """Looks at what is put into the spool; ``say`` sends a payload on a topic, at once or never."""

    def __init__(self, put: Put, clock: Clock) -> None:
        """``put`` is where everything goes."""
        self._put = put
        self._clock = clock
        self.say: Callable[[str, bytes], None] = lambda *_: None

    def put(self, delivery: Delivery, acknowledge: Callable[[], None]) -> bool:
        """Answer a state that says ``"clock":"unset"``, and hand the delivery on; see Put."""
        if is_state(delivery.topic) and delivery.publisher:
            said = read_state(delivery.payload)
            if said is not None and said.clock_unset:
                time = msgspec.json.encode({"time": round(self._clock(), 3)})
                self.say(cmd_topic(delivery.publisher), time)
        return self._put(delivery, acknowledge)
