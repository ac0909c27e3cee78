"""The only place in this package that builds adapters and joins them."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.exc import ArgumentError

from collector.domain.clock import Clock, system_clock
from collector.fleet.cache import CachedFleet
from collector.fleet.changes import ChangeableFleet
from collector.fleet.database import open_engine
from collector.fleet.repository import SqlFleet
from collector.fleet.tables import METADATA as REGISTRY
from collector.ingest.clock.repository import SqlRebuiltTimes
from collector.ingest.clock.tables import METADATA as TIMES
from collector.ingest.dead_letters import DeadLetter
from collector.ingest.pipeline import (
    Ingest,
    LostNumbers,
    Opened,
    Refused,
    UnreadNumbers,
)
from collector.ingest.repository import SqlDeadLetters
from collector.ingest.second_chance import SecondChance, give_second_chance
from collector.ingest.tables import METADATA as LETTERS
from collector.ingest.worker import IngestWorker
from collector.intake.bulk import BulkIntake
from collector.intake.door import Broker, MqttDoor, Put
from collector.intake.mqtt import MqttIntake
from collector.intake.time_teller import TimeTeller
from collector.ledger.asking import Asker
from collector.ledger.bookkeeper import Bookkeeper
from collector.ledger.heard import outbox_said
from collector.ledger.repository import SqlLedger
from collector.ledger.tables import METADATA as LEDGER
from collector.publishers.tables import METADATA as CREDENTIALS
from collector.releases.news import News
from collector.releases.repository import SqlReleases
from collector.releases.tables import METADATA as VERSIONS
from collector.settings import CollectorSettings, StoreSettings
from collector.spool.delivery import Delivery
from collector.spool.group_commit import GroupCommit
from collector.spool.port import SpoolUnavailableError
from collector.spool.sqlite import SqliteSpool
from collector.store.port import ReadingStore, ReadingWriter
from collector.watch.broker_says import BrokerSays
from collector.watch.delays import Delays
from collector.watch.measured import Measured
from collector.watch.store_times import TimedWriter
from collector.watch.watch import Watch, Watched
from collector.wire.together import decode_messages
from collector.wire.topics import ack_topic, cmd_topic

_log = structlog.get_logger(__name__)


def open_database(settings: StoreSettings) -> Engine:
    """The relational database that the settings name; its folder is made.

    Raises one of `DATABASE_TROUBLE` when the address is wrong or the folder cannot be made.
    """
    if not settings.database_url.get_secret_value():
        _make_folder(settings.data_dir)
    return open_engine(settings.relational_url)


def look_at_tables(engine: Engine) -> None:
    """Ask for nothing of each table of a collector.

    Raises one of `DATABASE_TROUBLE`, of which ``lacks_tables`` says whether one is not there.
    """
    with engine.connect() as connection:
        for metadata in (REGISTRY, LEDGER, CREDENTIALS, LETTERS, TIMES, VERSIONS):
            for table in metadata.sorted_tables:
                connection.execute(select(table).limit(0))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        said = f"{folder} cannot be made ({error.strerror}); set SULUH_DATA_DIR to another folder"
        raise ArgumentError(said) from error


def open_store(settings: StoreSettings) -> ReadingStore:
    """The store of readings that the settings name. Raises StoreUnavailableError."""
    if settings.store == "influxdb":
        from collector.store.influx import InfluxStore

        return InfluxStore(
            settings.influxdb_url,
            settings.influxdb_token.get_secret_value(),
            settings.influxdb_org,
            settings.influxdb_bucket,
        )
    from collector.store.duckdb import DuckDbStore

    return DuckDbStore(settings.data_dir / "readings.duckdb")


def open_fleet(engine: Engine) -> ChangeableFleet:
    """The registry in this database."""
    return SqlFleet(engine)


def decode(deliveries: Sequence[Delivery], most_rows: int) -> Opened:
    """The decoder as the ingest wants it."""
    found = decode_messages(deliveries, most_rows)
    return Opened(
        found.messages,
        found.batch,
        found.message_of_row,
        [Refused(number, r.reason, r.readings, r.unnumbered) for number, r in found.rejects],
        [UnreadNumbers(number, u.rows, not u.again) for number, u in found.unread],
        [LostNumbers(number, g.serial, g.boot, g.numbers, g.why) for number, g in found.lost],
    )


@dataclass(frozen=True)
class Collector:
    """A running collector: its door, the spool behind it, and the worker that stores."""

    intake: MqttDoor
    entry: GroupCommit
    spool: SqliteSpool
    worker: IngestWorker
    watched: Watched
    watch: Watch
    asker: Asker
    measured: Measured
    news: News
    http_answers: Counter[int] = field(default_factory=Counter)

    def start(self) -> None:
        """Begin to receive and to store."""
        self.asker.start()
        self.news.start()
        self.worker.start()
        self.entry.start()
        self.intake.start()
        self.watch.start()

    def stop(self) -> None:
        """Close the door, finish what is at hand; the rest waits in the spool."""
        self.watch.stop()
        self.asker.stop()
        self.news.stop()
        self.entry.stop()
        self.worker.stop()
        self.intake.stop()
        self.spool.close()

    def report(self) -> dict[str, int | str]:
        """What was done since the start, in readings, and what holds things up now."""
        counts, trouble = self.worker.counts, self.entry.trouble
        waiting = -1
        try:
            waiting = self.spool.state().waiting
        except SpoolUnavailableError as error:
            trouble = trouble or str(error)
        return {
            "stored": counts.stored,
            "refused": counts.refused,
            "waiting_messages": waiting,
            "trouble": counts.trouble or trouble,
        }

    @property
    def idle(self) -> bool:
        """Whether everything received is stored."""
        return self.entry.idle and self.worker.idle


def open_spool(settings: CollectorSettings, clock: Clock = system_clock) -> SqliteSpool:
    """The spool of the collector with these settings. Raises SpoolUnavailableError."""
    return SqliteSpool(
        settings.spool_file,
        clock,
        limit_bytes=settings.spool_max_mb * 1_000_000,
        keep_s=settings.spool_keep_h * 3_600.0,
    )


def build_ingest(store: ReadingWriter, engine: Engine, clock: Clock = system_clock) -> Ingest:
    """What makes readings of deliveries, on an open store and a migrated database."""
    return _ingest(store, engine, CachedFleet(SqlFleet(engine), clock))


def _ingest(store: ReadingWriter, engine: Engine, fleet: CachedFleet) -> Ingest:
    return Ingest(decode, store, SqlDeadLetters(engine), fleet.knowing, SqlRebuiltTimes(engine))


def build_bookkeeper(
    spool: SqliteSpool,
    engine: Engine,
    say: Callable[[str, bytes], None],
    clock: Clock = system_clock,
) -> Bookkeeper:
    """What enters a spool's stored deliveries into the ledger and tells their senders."""

    def tell(publisher: str, payload: bytes) -> None:
        say(ack_topic(publisher), payload)

    return Bookkeeper(SqlLedger(engine), spool.name, clock, tell, outbox_said)


def build_second_chance(
    store: ReadingStore, engine: Engine, clock: Clock = system_clock
) -> Callable[[DeadLetter, bytes | None], SecondChance]:
    """What replays a dead letter, or what it was mended to."""
    ingest, letters = build_ingest(store, engine, clock), SqlDeadLetters(engine)
    # It comes by no door: it is entered into the ledger, and nobody waits to be told.
    note = Bookkeeper(SqlLedger(engine), "", clock, lambda *_: None, outbox_said)
    return lambda letter, mended: give_second_chance(letter, ingest, letters, note, clock(), mended)


def broker_of(settings: CollectorSettings) -> Broker:
    """The broker that the settings name."""
    return Broker(
        settings.mqtt_host,
        settings.mqtt_port,
        settings.collector_id,
        settings.mqtt_username,
        settings.mqtt_password.get_secret_value(),
        settings.mqtt_ca_file,
        settings.mqtt_protocol,
        ask_dropped=settings.mqtt_protocol == 5,
    )


def build_intake(settings: CollectorSettings, put: Put, clock: Clock = system_clock) -> MqttDoor:
    """The door to the broker that the settings name, by the reader that they name."""
    if settings.mqtt_protocol == 3:
        _log.warning("MQTT 3.1.1 knows no shared subscriptions: run one collector on this broker")
    reader = BulkIntake if settings.mqtt_reader == "bulk" else MqttIntake
    return reader(broker_of(settings), put, clock)


def build_collector(
    settings: CollectorSettings,
    store: ReadingStore,
    engine: Engine,
    clock: Clock = system_clock,
) -> Collector:
    """A collector on an open store and a migrated database; not started yet.

    Raises SpoolUnavailableError.
    """
    spool = open_spool(settings, clock)
    entry = GroupCommit(spool)
    teller = TimeTeller(entry.put, clock)
    broker = BrokerSays(teller.put)
    intake = build_intake(settings, broker.put, clock)
    teller.say = intake.say
    fleet = CachedFleet(SqlFleet(engine), clock)

    def ask(publisher: str, payload: bytes) -> None:
        intake.say(cmd_topic(publisher), payload)

    writer = TimedWriter(store, time.monotonic)
    books = build_bookkeeper(spool, engine, intake.say, clock)
    delays = Delays(books, clock)
    worker = IngestWorker(spool, _ingest(writer, engine, fleet), delays)
    asker = Asker(SqlLedger(engine), spool.state, fleet.knowing, clock, ask)
    watched = Watched(
        spool.state,
        lambda: entry.trouble,
        lambda: worker.counts.trouble,
        lambda: intake.connected,
        lambda: broker.dropped,
    )
    measured = Measured(
        worker.counts,
        writer.took,
        delays.took,
        lambda: books.repeated,
        lambda: asker.commands,
        lambda: entry.waiting,
        lambda: entry.retries,
    )
    watch, news = Watch(watched, time.monotonic), News(SqlReleases(engine), clock, ask)
    return Collector(intake, entry, spool, worker, watched, watch, asker, measured, news)
