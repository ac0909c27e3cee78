"""`suluh bench soak` and `bench backlog`: hours of work seen in minutes, memory and lateness."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from collector.bootstrap import open_database, open_store
from collector.fleet.port import Fleet
from collector.ingest.repository import SqlDeadLetters
from tests.bench.faults import CollectorProcess
from tests.bench.ingest import cpu_seconds
from tests.bench.many_devices import DEVICES_A_GATEWAY, message, register, serial_of
from tests.bench.quick_sender import Message, QuickSender, frames_of
from tests.bench.watch import Watch
from tests.servers.influxdb import InfluxDB
from tests.servers.mosquitto import Mosquitto

TICK_S = 0.2
LIVE_EVERY_S = 900
"""Each device of the district sends a reading so often."""
DAYS, STEP_S = 7, 900
PATIENCE_S = 3_600.0
Say = Callable[[str], None]


def measure_soak(
    folder: Path, broker: Mosquitto, rate: int, seconds: int, say: Say
) -> dict[str, Any]:
    """So many readings a second, each of another device, in batches of 100, into DuckDB."""
    devices = rate * seconds // DEVICES_A_GATEWAY * DEVICES_A_GATEWAY
    collector = _collector(folder, broker, None, devices, say)
    with _running(collector, broker) as (sender, watch):
        began_s, cpu_s = time.monotonic(), cpu_seconds(collector.pid)
        say(f"sending {rate:,} readings a second for {seconds} s")
        firsts = iter(range(0, devices, DEVICES_A_GATEWAY))
        behind_s = 0.0
        for due in _ticks(began_s, devices / rate):
            until = min(devices, round(rate * due))
            part = _while_below(firsts, until)
            sender.send(frames_of([message(first, int(time.time()), 1) for first in part]))
            behind_s = max(behind_s, time.monotonic() - began_s - due)
        sending_s = time.monotonic() - began_s
        _until_stored(watch)
        took_s = time.monotonic() - began_s
        cpu_s = cpu_seconds(collector.pid) - cpu_s
    return {
        "readings": devices,
        "seconds": round(sending_s),
        "sent_per_second": round(devices / sending_s),
        "readings_per_second": round(devices / took_s),
        "sender_behind_s": round(max(0.0, behind_s), 1),
        "cpu_us": round(1e6 * cpu_s / devices, 1),
        **_seen(watch),
        **_counted(collector, devices),
    }


def measure_backlog(
    folder: Path, broker: Mosquitto, influx: InfluxDB, readings: int, devices: int, say: Say
) -> dict[str, Any]:
    """A week's backlog of so many readings into InfluxDB, while live ones come as always."""
    collector = _collector(folder, broker, influx, devices, say)
    with _running(collector, broker) as (sender, watch):
        say(f"sending a backlog of {readings:,} readings")
        began_s, cpu_s = time.monotonic(), cpu_seconds(collector.pid)
        store_cpu_s, now_s = cpu_seconds(influx.pid), int(time.time())
        sent = live = 0
        for part in _backlog(readings, devices, now_s):
            sender.send(frames_of(part))
            sent += len(part) * DEVICES_A_GATEWAY
            live += _send_live(sender, live, readings, devices, time.monotonic() - began_s)
        say(f"all of it is with the broker after {time.monotonic() - began_s:.0f} s")
        while watch.waiting():
            live += _send_live(sender, live, readings, devices, time.monotonic() - began_s)
            time.sleep(TICK_S)
        took_s = time.monotonic() - began_s
        cpu_s = cpu_seconds(collector.pid) - cpu_s
        store_cpu_s = cpu_seconds(influx.pid) - store_cpu_s
    return {
        "readings": sent,
        "live_readings": live,
        "seconds": round(took_s),
        "readings_per_second": round((sent + live) / took_s),
        "cpu_us": round(1e6 * cpu_s / (sent + live), 1),
        "influxd_cpu_us": round(1e6 * store_cpu_s / (sent + live), 1),
        **_seen(watch),
        "live_at_the_door_s": _late_at_the_door(collector, live, devices),
        **_counted(collector, sent + live),
    }


def _collector(
    folder: Path, broker: Mosquitto, influx: InfluxDB | None, devices: int, say: Say
) -> CollectorProcess:
    collector = CollectorProcess(folder, broker, influx, fleet=Fleet(), spool_max_mb=8_000)
    engine = open_database(collector.settings)
    register(engine, devices, say)
    engine.dispose()
    return collector


@contextmanager
def _running(collector: CollectorProcess, broker: Mosquitto) -> Iterator[tuple[QuickSender, Watch]]:
    """The collector running and subscribed, a sender, and a watch on it; all stopped at the end."""
    collector.start()
    try:
        limit_s = time.monotonic() + 60
        while "broker connected" not in collector.log.read_text():
            if not collector.running or time.monotonic() > limit_s:
                raise RuntimeError(f"the collector does not come up: {collector.log.read_text()}")
            time.sleep(TICK_S)
        time.sleep(1.0)  # until the broker has answered the subscription
        assert collector.pid is not None
        sender = QuickSender(broker.host, broker.port)
        watch = Watch(collector.pid, collector.settings.spool_file)
        watch.start()
        yield sender, watch
        sender.close()
        watch.stop()
    finally:
        collector.stop()


def _ticks(began_s: float, seconds: float) -> Iterator[float]:
    """Seconds since the beginning, again and again; the last is the whole time."""
    due = 0.0
    while due < seconds:
        due = min(seconds, due + TICK_S)
        time.sleep(max(0.0, began_s + due - time.monotonic()))
        yield due


def _while_below(firsts: Iterator[int], until: int) -> Iterator[int]:
    for first in firsts:
        yield first
        if first + DEVICES_A_GATEWAY >= until:
            return


def _backlog(readings: int, devices: int, now_s: int) -> Iterator[list[Message]]:
    """A week until now, time after time, all gateways at each; in parts of some messages."""
    part: list[Message] = []
    times = range(now_s - DAYS * 86_400, now_s - 2 * STEP_S, STEP_S)
    wanted = (readings // DEVICES_A_GATEWAY, devices // DEVICES_A_GATEWAY)
    for number in range(wanted[0]):
        moment, gateway = divmod(number, wanted[1])
        # Beyond a week's readings they lie between those that were sent.
        time_s = times[moment % len(times)] + moment // len(times)
        part.append(message(gateway * DEVICES_A_GATEWAY, time_s, 1 + moment))
        if len(part) == 100 or number == wanted[0] - 1:
            yield part
            part = []


def _send_live(sender: QuickSender, sent: int, backlog: int, devices: int, since_s: float) -> int:
    """What the devices have measured by now and not sent yet, the first gateway's at once.

    Each counts on from its part of a ``backlog`` of so many readings. Returns how many readings.
    """
    gateways = devices // DEVICES_A_GATEWAY
    due = 1 + int(since_s * devices / LIVE_EVERY_S) // DEVICES_A_GATEWAY
    numbers = range(backlog // DEVICES_A_GATEWAY, backlog // DEVICES_A_GATEWAY + due)
    messages = []
    for number in numbers[sent // DEVICES_A_GATEWAY :]:
        moment, gateway = divmod(number, gateways)
        messages.append(message(gateway * DEVICES_A_GATEWAY, int(time.time()), 1 + moment))
    if messages:
        sender.send(frames_of(messages))
    return len(messages) * DEVICES_A_GATEWAY


def _until_stored(watch: Watch) -> None:
    limit_s, calm = time.monotonic() + PATIENCE_S, 0
    while calm < 3:
        calm = 0 if watch.waiting() else calm + 1
        if time.monotonic() > limit_s:
            raise TimeoutError(f"{watch.waiting()} messages still wait after {PATIENCE_S:.0f} s")
        time.sleep(TICK_S)


def _seen(watch: Watch) -> dict[str, Any]:
    return {
        "memory_mb": watch.memory(),
        "most_waiting_messages": watch.most_waiting,
        "live_longest_wait_s": round(watch.longest_wait_s, 1),
    }


def _late_at_the_door(collector: CollectorProcess, live: int, devices: int) -> float:
    """Seconds between measuring and receipt of live readings, at worst, of some devices."""
    store = open_store(collector.settings)
    late_s = 0.0
    newest = int(time.time()) - 3 * 86_400
    for number in range(0, min(live, devices), max(1, min(live, devices) // 50)):
        found = store.rows(serial_of(number), newest, newest + 4 * 86_400)
        delay_s = found.received_s - found.time_s
        late_s = max(late_s, float(delay_s[delay_s < STEP_S].max(initial=0.0)))
    store.close()
    return round(late_s, 1)


def _counted(collector: CollectorProcess, sent: int) -> dict[str, int]:
    store, engine = open_store(collector.settings), open_database(collector.settings)
    stored, dead = store.count(), SqlDeadLetters(engine).count_readings()
    store.close()
    engine.dispose()
    return {"sent": sent, "stored": stored, "dead_letters": dead, "lost": sent - stored - dead}
