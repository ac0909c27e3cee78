"""Builds a collector that leaves for good."""

from sqlalchemy import Engine

from collector.bootstrap import broker_of, build_bookkeeper, build_ingest, open_spool
from collector.domain.clock import Clock, system_clock
from collector.ingest.worker import IngestWorker
from collector.intake.leaving import LeavingIntake
from collector.retiring.retirement import Retirement
from collector.settings import CollectorSettings
from collector.spool.group_commit import GroupCommit
from collector.store.port import ReadingStore


def build_retirement(
    settings: CollectorSettings,
    store: ReadingStore,
    engine: Engine,
    clock: Clock = system_clock,
) -> Retirement:
    """The collector of these settings, to leave. Raises SpoolUnavailableError."""
    spool = open_spool(settings, clock)
    entry = GroupCommit(spool)
    door = LeavingIntake(broker_of(settings), entry.put, clock)
    note = build_bookkeeper(spool, engine, door.say, clock)
    worker = IngestWorker(spool, build_ingest(store, engine, clock), note)
    return Retirement(door, entry, spool, worker)
