"""A collector's numbers for Prometheus: ``suluh_<what>_<unit>[_total]``, never by device."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from collector.domain.clock import Clock
from collector.spool.port import SpoolState, SpoolUnavailableError
from collector.watch.measured import Kept, Measured
from collector.watch.spread import Spread
from collector.watch.watch import Watch, Watched

_CAUSES = {
    **dict.fromkeys(("StoreUnavailableError", "StoreRejectedError"), "store"),
    **dict.fromkeys(("SpoolUnavailableError", "SpoolFullError"), "spool"),
    **dict.fromkeys(
        ("OperationalError", "InterfaceError", "IntegrityError", "ProgrammingError"), "database"
    ),
}
"""Of a batch that is tried again, by the kind of error; any other is our own fault."""


@dataclass(eq=False)
class Numbers(Collector):
    """Where the numbers come from; they are asked only when somebody wants them.

    ``kept`` is None while the database does not say.
    """

    watched: Watched
    watch: Watch
    measured: Measured
    kept: Callable[[], Kept | None]
    http_answers: Counter[int]
    clock: Clock

    def collect(self) -> Iterator[Metric]:
        """All numbers as they are now."""
        yield from self._of_spool()
        yield from self._of_ingest()
        yield from self._of_database()
        yield _gauge("broker_connected", "1 while the broker answers", self.watched.connected())
        dropped = self.watched.broker_dropped()
        yield _gauge("broker_dropped_messages", "the broker's own count since its start", dropped)
        answers = {str(status): many for status, many in sorted(self.http_answers.items())}
        yield _counters("http_intake_answers", "answers of the HTTP door", "status", answers)
        ready = all(said == "ok" for said in self.watch.checks().values())
        yield _gauge("collector_ready", "1 when /readyz says so", ready)

    def _of_spool(self) -> Iterator[Metric]:
        try:
            state = self.watched.spool()
        except SpoolUnavailableError:
            state = SpoolState(0, 0, 0, 0, None)
            yield _gauge("spool_available", "1 while the spool can be used", value=False)
        else:
            yield _gauge("spool_available", "1 while the spool can be used", value=True)
        age_s = 0.0 if state.oldest_s is None else max(0.0, self.clock() - state.oldest_s)
        yield _gauge("spool_waiting_messages", "messages that wait to be stored", state.waiting)
        yield _gauge("spool_waiting_bytes", "and their bytes", state.waiting_bytes)
        yield _gauge("spool_kept_bytes", "stored, kept for a while", state.kept_bytes)
        yield _gauge("spool_oldest_age_seconds", "since the oldest was received", age_s)
        yield _gauge("spool_filled_ratio", "of what may wait", state.filled)
        messages, size = self.measured.to_sync()
        yield _gauge("entry_waiting_messages", "messages in memory, not on disk yet", messages)
        yield _gauge("entry_waiting_bytes", "and their bytes", size)
        retries = self.measured.sync_retries()
        yield _counter("spool_retries", "syncs of the spool that failed", retries)

    def _of_ingest(self) -> Iterator[Metric]:
        counts = self.measured.counts
        yield _counter("ingest_messages", "messages taken from the spool", counts.deliveries)
        yield _counter("ingest_readings", "readings stored", counts.stored)
        refused = dict(sorted(counts.refused_by.items()))
        yield _counters("ingest_refused_readings", "in the dead letters", "reason", refused)
        yield _counter("ingest_left_out_readings", "with a value left out", counts.values_left_out)
        yield _counter("ingest_repeated_readings", "came again", self.measured.repeated())
        causes = dict.fromkeys((*_CAUSES.values(), "other"), 0)
        for kind, many in list(counts.retries_by.items()):
            causes[_CAUSES.get(kind, "other")] += many
        yield _counters("ingest_retries", "attempts to store that failed", "cause", causes)
        yield _counter("ingest_batches", "batches stored", counts.batches)
        yield _counter("ingest_busy_seconds", "time spent on those batches", counts.busy_s)
        yield _gauge(
            "ingest_last_received_timestamp_seconds", "receipt stored last", counts.newest_s
        )
        yield _spreads("store_write_seconds", "writes to it", "ended", self.measured.writes)
        yield _spreads("ingest_delay_seconds", "receipt to store", "kind", self.measured.delays)
        asked = self.measured.asked_again()
        yield _counter("resend_commands", "commands to send missing readings", asked)

    def _of_database(self) -> Iterator[Metric]:
        kept = self.kept()
        yield _gauge("database_answers", "1 while its numbers are known", kept is not None)
        if kept is None:
            return
        devices, missing = kept.devices_with_holes, kept.missing_readings
        yield _gauge("holes_open_devices", "devices that are asked for readings", devices)
        yield _gauge("holes_open_readings", "readings that are asked for", missing)
        dead = kept.dead_readings
        yield _gauge("dead_letters_open_readings", "refused and not stored since", dead)


def exposition(numbers: Numbers) -> bytes:
    """The numbers as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(numbers)
    return generate_latest(registry)


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(f"suluh_{name}", meaning, value)


def _counters(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(f"suluh_{name}", meaning, labels=[label])
    for of, value in values.items():
        family.add_metric([of], value)
    return family


def _spreads(name: str, meaning: str, label: str, spreads: Mapping[str, Spread]) -> Metric:
    family = HistogramMetricFamily(f"suluh_{name}", meaning, labels=[label])
    for of, spread in spreads.items():
        family.add_metric([of], spread.buckets(), spread.sum_s)
    return family


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"suluh_{name}", meaning, float(value))
