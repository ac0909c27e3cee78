"""Live readings wait for the batch at hand: a slow store gets smaller ones, a quick one all."""

from itertools import pairwise

import pytest

from collector.ingest.batch_size import (
    BATCH_S,
    BYTES_AT_ONCE,
    DELIVERIES_AT_ONCE,
    LEAST_SHARE,
    BatchSize,
)
from collector.spool.delivery import Delivery

ONE_S = 0.005
"""What a slow store takes for each delivery."""


def some(many):
    return [Delivery("KPK-0001", "t", b"", 0.0)] * many


def full(size):
    return some(size.most[0])


def test_a_slow_store_is_given_what_it_stores_in_time():
    size = BatchSize()
    assert size.most == (DELIVERIES_AT_ONCE, BYTES_AT_ONCE)
    size.learn(full(size), DELIVERIES_AT_ONCE * ONE_S)
    assert size.most[0] * ONE_S == pytest.approx(BATCH_S, rel=0.01)
    assert size.most[1] / BYTES_AT_ONCE == pytest.approx(
        size.most[0] / DELIVERIES_AT_ONCE, rel=0.01
    )
    size.learn(full(size), size.most[0] * ONE_S)
    assert size.most[0] * ONE_S == pytest.approx(BATCH_S, rel=0.01)


def test_it_grows_again_with_full_batches_that_are_quick_and_with_no_others():
    size = BatchSize()
    size.learn(full(size), 100 * BATCH_S)
    small = size.most
    size.learn(some(small[0] - 1), 0.0)
    assert size.most == small
    seen = [size.most[0]]
    while size.most[0] < DELIVERIES_AT_ONCE:
        size.learn(full(size), 0.0)
        seen.append(size.most[0])
    assert all(a < b < 2 * a for a, b in pairwise(seen))
    size.learn(full(size), 0.0)
    assert size.most == (DELIVERIES_AT_ONCE, BYTES_AT_ONCE)


def test_however_slow_the_store_some_are_taken():
    size = BatchSize()
    for _ in range(20):
        size.learn(full(size), 1e6)
    assert size.most[0] == round(LEAST_SHARE * DELIVERIES_AT_ONCE)


def test_few_large_messages_fill_a_batch_too():
    size = BatchSize()
    size.learn(full(size), 2 * BATCH_S)
    size.learn([Delivery("KPK-0001", "t", bytes(BYTES_AT_ONCE), 0.0)], 0.0)
    assert size.most[0] == round(0.75 * DELIVERIES_AT_ONCE)
