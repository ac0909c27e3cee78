"""A spool on disk, at a clock that is set."""

import pytest

from collector.spool.sqlite import SqliteSpool


class At:
    """A clock that is set."""

    now_s = 0.0

    def __call__(self):
        return self.now_s


@pytest.fixture(name="clock")
def clock_of():
    return At()


@pytest.fixture(name="spool")
def spool_of(tmp_path, clock):
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**6)
    yield spool
    spool.close()
