"""Writes to the store are timed by how they ended, and end as they would have."""

import pytest

from collector.domain.reading import ReadingBatch
from collector.store.port import StoreRejectedError, StoreUnavailableError
from collector.watch.store_times import TimedWriter


class Store:
    """Takes two seconds, then raises what it was told to."""

    def __init__(self):
        self.now_s, self.error, self.written = 0.0, None, 0

    def write(self, _batch):
        self.now_s += 2.0
        if self.error:
            raise self.error
        self.written += 1


def test_a_write_is_timed_and_its_error_goes_on():
    store = Store()
    writer = TimedWriter(store, lambda: store.now_s)
    writer.write(ReadingBatch.empty())
    for error in (StoreUnavailableError("away"), StoreRejectedError("bad"), OSError("?")):
        store.error = error
        with pytest.raises(type(error)):
            writer.write(ReadingBatch.empty())
    assert store.written == 1
    took_s = {ended: spread.sum_s for ended, spread in writer.took.items()}
    assert took_s == {"stored": 2.0, "refused": 2.0, "failed": 4.0}
