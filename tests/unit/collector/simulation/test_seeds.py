"""Thousands of worlds in which everything fails at any moment: nothing is lost, nothing twice."""

import logging
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import structlog

from collector.ingest.pipeline import Ingest, Outcome
from collector.ingest.worker import IngestWorker
from collector.intake.mqtt import MqttIntake
from collector.ledger.standing import Standing
from collector.spool.group_commit import GroupCommit
from tests.fixtures.ingest_simulation.world import World
from tests.fixtures.memory_ledger import MemoryLedger

SEEDS, AT_ONCE = 10_000, 1_000
MUTANT_SEEDS = 300


@pytest.fixture(autouse=True)
def _quiet():
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


def lived(seed):
    world = World(seed)
    world.run()
    world.check()
    return world


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_nothing_is_lost_and_nothing_is_there_twice(first):
    worlds = crashes = acknowledged = refused = backlog = 0
    for seed in range(first, first + AT_ONCE):
        try:
            world = lived(seed)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        worlds += 1
        crashes += world.crashes
        acknowledged += world.broker.acknowledged
        backlog += sum(d.backlog for d in world.disk.synced)
        refused += world.letters.count_readings()
    assert worlds == AT_ONCE
    assert crashes > AT_ONCE
    assert backlog > AT_ONCE
    assert acknowledged > 10 * AT_ONCE
    assert refused > AT_ONCE


def test_a_seed_tells_the_same_story_each_time():
    one, two = lived(7), lived(7)
    assert one.store.readings == two.store.readings
    assert one.disk.synced == two.disk.synced
    assert [x.payload for x in one.letters.kept] == [x.payload for x in two.letters.kept]


def acknowledges_before_the_sync(monkeypatch):
    def step(self):
        group = self._group()
        for _, acknowledge, _ in group:
            acknowledge()
        done = self._append([d for d, _, _ in group]) if group else True
        for _ in group if done else ():
            self._bytes -= self._waiting.popleft()[2]
        return done

    monkeypatch.setattr(GroupCommit, "step", step)


def acknowledges_what_failed(monkeypatch):
    append = GroupCommit._append
    monkeypatch.setattr(GroupCommit, "_append", lambda self, d: append(self, d) or True)


def acknowledges_in_the_wrong_order(monkeypatch):
    group = GroupCommit._group
    monkeypatch.setattr(GroupCommit, "_group", lambda self: group(self)[::-1])


def acknowledges_on_any_connection(monkeypatch):
    monkeypatch.setattr(
        MqttIntake, "_acknowledge", lambda self, _session, mid, qos: self._client.ack(mid, qos)
    )


def settles_before_it_stores(monkeypatch):
    def step(self):
        try:
            deliveries = self._spool.take(10, 10**6)
            self._spool.settle(deliveries)
            self._count(deliveries, self._ingest.take(deliveries))
        except Exception:
            return False
        return True

    monkeypatch.setattr(IngestWorker, "step", step)


def tells_the_sender_before_it_stores(monkeypatch):
    step = IngestWorker.step

    def too_early(self):
        waiting = self._spool._waiting()[:1]
        if waiting:
            opened = self._ingest._decode(waiting, 1)
            stored = np.ones(len(opened.batch), bool)
            with suppress(OSError):
                self._note(waiting, Outcome(1, opened.batch, opened.delivery_of_row, stored))()
        return step(self)

    monkeypatch.setattr(IngestWorker, "step", too_early)


def forgets_the_dead_letters(monkeypatch):
    monkeypatch.setattr(Ingest, "take", lambda self, deliveries: self.attempt(deliveries)[0])


def acknowledges_the_highest_number(monkeypatch):
    monkeypatch.setattr(Standing, "complete_upto", property(lambda self: self.settled[-1][1]))


def counts_a_batch_again(monkeypatch):
    monkeypatch.setattr(MemoryLedger, "counted_upto", lambda _self, _spool: (0, 0))


def keeps_no_books_of_what_is_refused(monkeypatch):
    take = Standing.take

    def forgetful(self, note):
        take(self, replace(note, refused=()))

    monkeypatch.setattr(Standing, "take", forgetful)


@pytest.mark.parametrize(
    "mutant",
    [
        acknowledges_the_highest_number,
        counts_a_batch_again,
        keeps_no_books_of_what_is_refused,
        acknowledges_before_the_sync,
        acknowledges_what_failed,
        acknowledges_in_the_wrong_order,
        acknowledges_on_any_connection,
        settles_before_it_stores,
        tells_the_sender_before_it_stores,
        forgets_the_dead_letters,
    ],
)
def test_broken_on_purpose_it_is_found(mutant, monkeypatch):
    mutant(monkeypatch)
    for seed in range(MUTANT_SEEDS):
        try:
            lived(seed)
        except AssertionError:
            return
    pytest.fail(f"{MUTANT_SEEDS} worlds saw nothing wrong")
