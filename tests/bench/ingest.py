"""`suluh bench ingest`: our collector and Telegraf in turn, from the same broker to the same store.

Both acknowledge a message only when it can no longer be lost: we when it is on disk, Telegraf when
InfluxDB has it. CPU is that of the collecting process alone, from the first message to the last.
"""

import os
import statistics
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector.settings import CollectorSettings
from tests.bench.faults import CollectorProcess
from tests.bench.messages import named_batches, named_singles, one_day, village_fleet
from tests.bench.quick_sender import Message, QuickSender, frames_of
from tests.bench.telegraf import CLIENT_ID, telegraf
from tests.servers.influxdb import InfluxDB
from tests.servers.mosquitto import Mosquitto

WARM_UP = 20
"""Messages sent before the measured ones: connection, registry and first series are there then."""
PATIENCE_S = 120.0
PEER_OF = {
    "batch": "batch",
    "batch_bulk": "batch",
    "single": "single",
    "single_paho": "single",
}
"""The run of Telegraf's that each of ours is beside: the same messages."""
CLIENT_OF = {"suluh": CollectorSettings().collector_id, "telegraf": CLIENT_ID}
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_TIDY_S = 0.1
Say = Callable[[str], None]
_no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Run:
    """What one run gave; ``cpu_us`` is per reading."""

    cpu_us: float
    readings_per_second: float
    lost: int
    duplicates: int


@dataclass(frozen=True)
class Peers:
    """Broker and store that all are measured on, and Telegraf's program (None: left out)."""

    folder: Path
    broker: Mosquitto
    influx: InfluxDB
    telegraf: Path | None


def measure_ingest(peers: Peers, systems: int, rounds: int, say: Say) -> dict[str, Any]:
    """Figures of every kind of message, the median of so many rounds, in each all in turn."""
    say(f"making a day of {systems:,} systems")
    day = one_day(systems)
    few = day[: max(1, systems // 4)]
    kinds = {
        "batch": ("paho", named_batches(day), 100),
        "batch_bulk": ("bulk", named_batches(day), 100),
        "single": ("bulk", named_singles(few), 1),
        "single_paho": ("paho", named_singles(few), 1),
    }
    told: dict[str, Any] = {"systems": systems, "rounds": rounds}
    runs: dict[tuple[str, str], list[Run]] = {}
    for number in range(rounds):
        for kind, (reader, messages, readings) in kinds.items():
            for who in ("suluh", "telegraf") if peers.telegraf else ("suluh",):
                if who == "telegraf" and kind not in PEER_OF.values():
                    continue
                folder = peers.folder / f"{number}-{kind}-{who}"
                run = _run(peers, folder, who, reader, messages, readings)
                say(f"round {number + 1}, {kind}, {who}: {run}")
                runs.setdefault((kind, who), []).append(run)
    for kind in kinds:
        told[kind] = _figures(runs[kind, "suluh"], runs.get((PEER_OF[kind], "telegraf"), []))
    ours = [run for (_, who), found in runs.items() if who == "suluh" for run in found]
    told["lost"] = sum(run.lost for run in ours)
    told["duplicates"] = sum(run.duplicates for run in ours)
    if peers.telegraf:
        theirs = [run for (_, who), found in runs.items() if who == "telegraf" for run in found]
        told["telegraf_lost"] = sum(run.lost for run in theirs)
    return told


def _figures(ours: Sequence[Run], theirs: Sequence[Run]) -> dict[str, float]:
    told = {
        "cpu_us": round(statistics.median(run.cpu_us for run in ours), 1),
        "readings_per_second": round(statistics.median(run.readings_per_second for run in ours)),
    }
    if theirs:
        told["telegraf_cpu_us"] = round(statistics.median(run.cpu_us for run in theirs), 1)
        told["telegraf_readings_per_second"] = round(
            statistics.median(run.readings_per_second for run in theirs)
        )
    return told


def _run(
    peers: Peers, folder: Path, who: str, reader: str, messages: Sequence[Message], readings: int
) -> Run:
    """All messages through one collector; each has so many readings."""
    bucket = peers.influx.new_bucket()
    process = _process(peers, folder, who, reader, bucket)
    tag = "sn" if who == "telegraf" else "serial"
    frames, wanted = frames_of(messages), len(messages) * readings
    sender = QuickSender(peers.broker.host, peers.broker.port)
    process.start()
    try:
        _until_subscribed(peers, process, sender, frames[:WARM_UP], bucket, WARM_UP * readings)
        cpu_s, began_s = cpu_seconds(process.pid), time.monotonic()
        sender.send(frames[WARM_UP:])
        _until_stored(peers.influx, bucket, wanted)
        wall_s = time.monotonic() - began_s
        # What it does after the last reading is there (settling, acknowledging) is its work too.
        cpu_s = _settled_cpu_s(process.pid) - cpu_s
    finally:
        sender.close()
        process.stop()
        # Ends its session: else the broker would keep for it what the others are sent.
        QuickSender(peers.broker.host, peers.broker.port, CLIENT_OF[who]).close()
    times = _stored(peers.influx, bucket, tag)
    measured = wanted - WARM_UP * readings
    return Run(
        round(1e6 * cpu_s / measured, 1),
        round(measured / wall_s),
        lost=wanted - len(set(times)),
        duplicates=len(times) - len(set(times)),
    )


def _process(peers: Peers, folder: Path, who: str, reader: str, bucket: str) -> Any:
    if who == "telegraf":
        assert peers.telegraf is not None
        return telegraf(peers.telegraf, folder, peers.broker, peers.influx, bucket)
    folder.mkdir(parents=True)
    return CollectorProcess(
        folder,
        peers.broker,
        peers.influx,
        fleet=village_fleet(2_000),
        influxdb_bucket=bucket,
        mqtt_reader=reader,
    )


def _until_subscribed(
    peers: Peers,
    process: Any,
    sender: QuickSender,
    frames: Sequence[bytes],
    bucket: str,
    readings: int,
) -> None:
    """Send the first messages until they arrive: before that nobody keeps them."""
    limit_s = time.monotonic() + PATIENCE_S
    while True:
        sender.send(frames)
        try:
            _until_stored(peers.influx, bucket, readings, 3.0)
        except TimeoutError:
            if not process.running or time.monotonic() > limit_s:
                raise
            continue
        _settled_cpu_s(process.pid)
        return


def _until_stored(
    influx: InfluxDB, bucket: str, readings: int, within_s: float = PATIENCE_S
) -> None:
    limit_s = time.monotonic() + within_s
    while (found := _count(influx, bucket)) < readings:
        if time.monotonic() > limit_s:
            raise TimeoutError(f"{found} of {readings} readings are stored after {within_s:.0f} s")
        time.sleep(_TIDY_S)


def cpu_seconds(pid: int | None) -> float:
    """User and system time of a process, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def _settled_cpu_s(pid: int | None) -> float:
    """CPU seconds once the process has come to rest."""
    before = -1.0
    while (now := cpu_seconds(pid)) - before > 0.02:
        before = now
        time.sleep(1.0)
    return now


def _count(influx: InfluxDB, bucket: str) -> int:
    rows = _query(influx, bucket, "select count(battery_voltage_v) from reading")
    return int(float(rows[1].split(",")[3])) if len(rows) > 1 else 0


def _stored(influx: InfluxDB, bucket: str, tag: str) -> list[tuple[str, str]]:
    """(serial, second) of every reading in the store."""
    rows = _query(influx, bucket, f'select "{tag}", battery_voltage_v from reading')[1:]
    cells = [row.split(",") for row in rows]
    return [(cell[3], cell[2]) for cell in cells]


def _query(influx: InfluxDB, bucket: str, query: str) -> list[str]:
    request = urllib.request.Request(
        f"{influx.url}/query",
        data=urllib.parse.urlencode({"db": bucket, "epoch": "s", "q": query}).encode(),
        headers={"Authorization": f"Token {influx.token}", "Accept": "application/csv"},
    )
    with _no_proxy.open(request, timeout=60) as answer:
        return answer.read().decode().strip().splitlines()
