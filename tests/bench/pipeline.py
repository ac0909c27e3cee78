"""`suluh bench pipeline`: decode, ingest into each store, read a day back, compute indicators."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from analytics.indicators.daily import daily_indicators
from analytics.indicators.day_view import FIELDS_READ
from collector.bootstrap import decode
from collector.domain.block import block_of
from collector.domain.clock import DAY_S, day_start_s, utc
from collector.domain.reading import ReadingBatch
from collector.fleet.port import Fleet
from collector.ingest.pipeline import Ingest
from collector.spool.delivery import Delivery
from collector.store.duckdb import DuckDbStore
from collector.store.influx import InfluxStore
from collector.store.port import ReadingStore
from tests.bench.messages import (
    START_S,
    SYSTEMS_A_VILLAGE,
    gateway_messages,
    one_day,
    village_fleet,
)
from tests.fixtures.memory_letters import MemoryLetters
from tests.fixtures.memory_times import MemoryTimes

DELIVERIES_AT_ONCE = 256
INDICATOR_DAYS = 30


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """(result, wall seconds, CPU seconds of this process) of some work."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall_s, time.process_time() - cpu_s


def rate(readings: int, wall_s: float, cpu_s: float) -> dict[str, float]:
    """Readings a second, and this process's CPU for each."""
    return {
        "readings_per_second": round(readings / wall_s),
        "cpu_us_per_reading": round(1e6 * cpu_s / readings, 2),
    }


def measure(folder: Path, influx: Any, systems: int, say: Callable[[str], None]) -> dict[str, Any]:
    """All figures for so many systems; ``influx`` is a running server of the tests, or None."""
    say(f"making a day of {systems:,} systems")
    fleet = village_fleet(systems)
    messages = gateway_messages(one_day(systems))
    deliveries = [
        Delivery(topic.split("/")[2], topic, payload, START_S + 2.0 * DAY_S)
        for topic, payload in messages
    ]
    readings = systems * 96
    told: dict[str, Any] = {"systems": systems, "readings": readings, "messages": len(messages)}
    say("decode")
    _, wall_s, cpu_s = timed(lambda: decode(deliveries, readings))
    told["decode"] = rate(readings, wall_s, cpu_s)
    stores: dict[str, ReadingStore] = {"duckdb": DuckDbStore(folder / "bench.duckdb")}
    if influx is not None:
        bucket = influx.new_bucket()
        stores["influxdb"] = InfluxStore(influx.url, influx.token, influx.org, bucket)
    for name, store in stores.items():
        told[name] = _store_figures(name, store, deliveries, fleet, say)
        store.close()
    say("indicators")
    told["indicators"] = _indicator_figures(fleet)
    return told


def _indicator_figures(fleet: Fleet) -> dict[str, Any]:
    """Daily indicators of a village over the days of one month, from a block in memory."""
    systems = fleet.systems[:SYSTEMS_A_VILLAGE]
    village = fleet.villages[systems[0].village]
    noon_s = day_start_s(utc(START_S).date(), village.timezone) - DAY_S // 2
    day = ReadingBatch.concat(one_day(len(systems)))
    days = []
    for number in range(INDICATOR_DAYS + 1):
        shifted = day.take(np.arange(len(day)))
        shifted.time_s = day.time_s + (number - 1) * DAY_S
        days.append(shifted)
    window = (noon_s, noon_s + INDICATOR_DAYS * DAY_S + DAY_S // 2)
    serials = [a.serial for a in fleet.assignments[: len(systems)]]
    block = block_of(ReadingBatch.concat(days), serials, window, 900, FIELDS_READ)
    _, wall_s, cpu_s = timed(lambda: daily_indicators(block, systems, village, INDICATOR_DAYS))
    system_days = len(systems) * INDICATOR_DAYS
    return {
        "systems_per_second": round(system_days / wall_s),
        "cpu_us_per_system_day": round(1e6 * cpu_s / system_days, 1),
    }


def _store_figures(
    name: str,
    store: ReadingStore,
    deliveries: list[Delivery],
    fleet: Fleet,
    say: Callable[[str], None],
) -> dict[str, Any]:
    say(f"{name}: ingest")
    ingest = Ingest(decode, store, MemoryLetters(), lambda _serials: fleet, MemoryTimes())

    def take_all() -> int:
        return sum(
            ingest.take(deliveries[i : i + DELIVERIES_AT_ONCE]).stored
            for i in range(0, len(deliveries), DELIVERIES_AT_ONCE)
        )

    stored, wall_s, cpu_s = timed(take_all)
    if stored != store.count():
        raise RuntimeError(f"{name} holds {store.count()} of {stored} readings")
    told: dict[str, Any] = {"ingest": rate(stored, wall_s, cpu_s)}
    say(f"{name}: a day's blocks, village by village")
    serials = [a.serial for a in fleet.assignments]
    villages = [
        serials[i : i + SYSTEMS_A_VILLAGE] for i in range(0, len(serials), SYSTEMS_A_VILLAGE)
    ]
    window = (START_S, START_S + DAY_S)
    blocks, wall_s, cpu_s = timed(
        lambda: [store.block(v, window, 900, FIELDS_READ) for v in villages]
    )
    found = sum(int(b.rows.sum()) for b in blocks)
    if found != stored:
        raise RuntimeError(f"{name} read back {found} of {stored} readings")
    told["block"] = rate(found, wall_s, cpu_s)
    return told
