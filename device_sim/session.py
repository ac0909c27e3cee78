"""A run of the simulated field: the backlog first and fast, then the present as it comes."""

import threading
from dataclasses import dataclass

from collector.domain.clock import DAY_S, Clock
from device_sim.history import History
from device_sim.links.mqtt import MqttLink
from device_sim.live import Live
from device_sim.progress import Tell

_REPORT_ROWS = 100_000
_LAST_WORD_S = 1.5


@dataclass
class Session:
    """Sends what a fleet measured. ``interval_s`` is the live pace; None ends with the history."""

    history: History
    live: Live
    link: MqttLink
    tell: Tell
    clock: Clock
    stopping: threading.Event
    interval_s: float | None
    messages: int = 0

    def run(self) -> int:
        """Run to the end, or until ``stopping`` is set; returns the distinct readings sent."""
        self.link.start()
        if self._send_history() and self.interval_s is not None:
            self._go_live(self.interval_s)
        self.link.drain(_LAST_WORD_S if self.stopping.is_set() else None)
        self.link.stop()
        if self.stopping.is_set():
            self.tell("stopped", {"sent": self.link.confirmed_rows})
        return self.link.confirmed_rows

    def _send_history(self) -> bool:
        """All of the backlog, confirmed by the broker; False when stopped before."""
        done = reported = 0
        expected = self.history.expected_rows
        for message in self.history.messages():
            if not self.link.publish(message):
                return False
            self.messages += 1
            done += message.rows
            if done - reported >= _REPORT_ROWS:
                reported = done
                self.tell("history", {"done": done, "of": max(done, expected)})
        if not self.link.drain():
            return False
        self.tell("history", {"done": done, "of": done})
        self.tell("history_done", {"sent": self.link.confirmed_rows})
        return True

    def _go_live(self, interval_s: float) -> None:
        """One row a system at every multiple of the interval."""
        due_s = (self.clock() // interval_s + 1) * interval_s
        while not self.stopping.wait(max(0.0, due_s - self.clock())):
            for message in self.live.messages(due_s):
                if not self.link.publish(message):
                    return
                self.messages += 1
            self.tell("live", {"sent": self.link.confirmed_rows})
            # Instants missed while the broker was away are made up for, but not more than a day's.
            due_s = max(due_s + interval_s, self.clock() - DAY_S)
