"""A collector's numbers for Prometheus: ``suluh_<what>_<unit>[_total]``, never by device."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.domain.clock import Clock
from collector.ingest.worker import IngestCounts
from collector.spool.port import SpoolState, SpoolUnavailableError
from collector.watch.watch import Watch, Watched


@dataclass(eq=False)
class Numbers(Collector):
    """Where the numbers come from; they are asked only when somebody wants them."""

    watched: Watched
    watch: Watch
    counts: IngestCounts
    commit_retries: Callable[[], int]
    http_answers: Counter[int]
    clock: Clock

    def collect(self) -> Iterator[Metric]:
        """All numbers as they are now."""
        yield from self._of_spool()
        counts = self.counts
        yield _counter("ingest_messages", "messages taken from the spool", counts.deliveries)
        yield _counter("ingest_readings", "readings stored", counts.stored)
        refused = CounterMetricFamily(
            "suluh_ingest_refused_readings", "readings in the dead letters", labels=["reason"]
        )
        for reason, readings in sorted(counts.refused_by.items()):
            refused.add_metric([reason], readings)
        yield refused
        yield _counter("ingest_left_out_readings", "with a value left out", counts.values_left_out)
        yield _counter("ingest_retries", "attempts to store that failed", counts.retries)
        yield _counter("ingest_batches", "batches stored", counts.batches)
        yield _counter("ingest_busy_seconds", "time spent on those batches", counts.busy_s)
        yield _gauge(
            "ingest_last_received_timestamp_seconds", "receipt stored last", counts.newest_s
        )
        yield _counter("spool_retries", "syncs of the spool that failed", self.commit_retries())
        yield _gauge("broker_connected", "1 while the broker answers", self.watched.connected())
        dropped = self.watched.broker_dropped()
        yield _gauge("broker_dropped_messages", "the broker's own count since its start", dropped)
        answers = CounterMetricFamily(
            "suluh_http_intake_answers", "answers of the HTTP door", labels=["status"]
        )
        for status, many in sorted(self.http_answers.items()):
            answers.add_metric([str(status)], many)
        yield answers
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


def exposition(numbers: Numbers) -> bytes:
    """The numbers as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(numbers)
    return generate_latest(registry)


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(f"suluh_{name}", meaning, value)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"suluh_{name}", meaning, float(value))
