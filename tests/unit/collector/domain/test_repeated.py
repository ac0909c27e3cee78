"""Steps that fail end nothing."""

import threading

from collector.domain.repeated import Repeated


class Stumbling(Repeated):
    """Fails at every other step; ``often`` is set once it has gone on nevertheless."""

    def __init__(self):
        super().__init__("stumbling", 0.001, "nothing is done")
        self.steps, self.often = 0, threading.Event()

    def step(self):
        self.steps += 1
        if self.steps == 6:
            self.often.set()
        if self.steps % 2:
            raise RuntimeError("the database is away")
        return 1


def test_a_step_that_fails_is_followed_by_the_next_until_it_is_stopped():
    stumbling = Stumbling()
    stumbling.start()
    assert stumbling.often.wait(10)
    stumbling.stop()
    assert all(t.name != "stumbling" for t in threading.enumerate())


def test_what_was_never_started_can_be_stopped():
    Stumbling().stop()
