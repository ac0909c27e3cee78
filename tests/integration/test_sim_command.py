"""The simulator as a process: a real broker, real signals, real Modbus."""

from __future__ import annotations

import csv
import itertools
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import paho.mqtt.client as mqtt
import pytest

from collector.wire.decode import decode_message
from tests.servers.left_out import need
from tests.servers.process import free_port

pytestmark = pytest.mark.mosquitto
_WITHIN_S = 60.0
_numbers = itertools.count(1)
_HEADER = (
    "serial,household,village,district,province,hamlet,kind,panel_w,battery_ah,battery_chemistry,"
    "nominal_v,installed_on,latitude,longitude,timezone,gateway,controller,unit"
)


class Listener:
    """Everything that is published from now on; its session outlives the broker."""

    def __init__(self, port: int) -> None:
        self.messages: list[tuple[str, bytes]] = []
        self._subscribed = threading.Event()
        self.client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            client_id=f"listener-{next(_numbers)}",
            clean_session=False,
        )
        self.client.max_inflight_messages_set(1000)
        self.client.on_message = lambda _c, _d, m: self.messages.append((m.topic, m.payload))
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.on_connect = lambda client, *_: client.subscribe("shs/v1/+/data", qos=1)
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        eventually(self._subscribed.is_set)

    def readings(self) -> tuple[set[tuple[str, int]], int]:
        """Distinct (serial, time), and how many rows could not be read."""
        found, refused = set(), 0
        for topic, payload in list(self.messages):
            decoded = decode_message(topic, topic.split("/")[2], payload, time.time())
            refused += sum(r.readings for r in decoded.rejects)
            batch = decoded.batch
            serials = np.array(batch.serials)[batch.serial_code]
            found |= set(zip(serials.tolist(), batch.time_s.tolist(), strict=True))
        return found, refused

    def has(self, sent: int) -> bool:
        """Whether just so many distinct readings have come, the unreadable included."""
        found, refused = self.readings()
        return len(found) + refused == sent


class Simulator:
    """`suluh sim` with ``--events``, its events as they come."""

    def __init__(self, *options: str) -> None:
        self.events: list[dict[str, int | str]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "device_sim.command", "sim", "--events", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def wait_for(self, event: str) -> dict[str, int | str]:
        """The first such event, as soon as it is told."""
        return eventually(lambda: next((e for e in self.events if e["event"] == event), None))

    def end(self) -> int:
        """Wait for its end; the exit code."""
        code = self.process.wait(_WITHIN_S)
        self._reader.join()
        return code


def eventually(look: Callable[[], object]):
    """The first true value of ``look``; fails when there is none in time."""
    until = time.monotonic() + _WITHIN_S
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it never came about")


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """Six homes of which the first three are units of gw-kusi-utara."""
    rows = [
        f"KPK-{n:04d},OEM-{n:04d}-{check},Kusi Utara,TTS,NTT,Dusun 1,home,50,26,lead_acid,12,"
        f"2018-02-01,-9.75,124.45,Asia/Makassar,"
        + (f"gw-kusi-utara,epever_tracer,{n}" if n <= 3 else ",,")
        for n, check in enumerate(("P", "N", "L", "J", "H", "F"), 1)
    ]
    file = tmp_path / "registry.csv"
    file.write_text("\n".join([_HEADER, *rows]) + "\n")
    return file


@pytest.fixture
def listen() -> Iterator[Callable[[int], Listener]]:
    """A function that begins to listen to the broker at a port."""
    listeners: list[Listener] = []

    def begin(port: int) -> Listener:
        listeners.append(Listener(port))
        return listeners[-1]

    yield begin
    for listener in listeners:
        listener.client.loop_stop()


@pytest.fixture
def started() -> Iterator[list[Simulator]]:
    """Simulators put in here are not left behind."""
    simulators: list[Simulator] = []
    yield simulators
    for simulator in simulators:
        if simulator.process.poll() is None:
            simulator.process.kill()
            simulator.process.wait()


def test_once_sends_just_what_it_says(new_mosquitto, registry, tmp_path, started, listen):
    broker = new_mosquitto()
    listener = listen(broker.port)
    account, answers = tmp_path / "account.json", tmp_path / "answers.csv"
    started.append(
        Simulator(
            f"--registry={registry}",
            f"--broker={broker.address}",
            "--days=3",
            "--once",
            f"--json={account}",
            f"--answers={answers}",
        )
    )
    assert started[0].end() == 0
    sent = json.loads(account.read_text())["sent"]
    assert started[0].events[-1] == {"event": "history_done", "sent": sent}
    eventually(lambda: listener.has(sent))
    assert 6 * 3 * 96 * 0.8 < sent < 6 * 3 * 96 + 30
    assert next(csv.reader(answers.open()))[0] == "serial"


def test_nothing_is_forgotten_while_the_broker_is_away(new_mosquitto, registry, started, listen):
    broker = new_mosquitto()
    listener = listen(broker.port)
    started.append(
        Simulator(
            f"--registry={registry}", f"--broker={broker.address}", "--days=1", "--interval-s=1"
        )
    )
    started[0].wait_for("live")
    broker.stop()
    time.sleep(3)  # some live rows have nobody to go to
    broker.start()
    told = len(started[0].events)
    eventually(lambda: len(started[0].events) > told + 4)
    started[0].process.send_signal(signal.SIGTERM)
    assert started[0].end() == 0
    eventually(lambda: listener.has(int(started[0].events[-1]["sent"])))


def test_a_broker_that_is_not_there_yet_is_waited_for(new_mosquitto, registry, started):
    broker = new_mosquitto()
    broker.stop()
    started.append(
        Simulator(f"--registry={registry}", f"--broker={broker.address}", "--days=1", "--once")
    )
    with pytest.raises(subprocess.TimeoutExpired):
        started[0].process.wait(8)
    broker.start()
    assert started[0].end() == 0
    assert started[0].events[-1]["event"] == "history_done"


def test_live_readings_come_at_their_pace_and_a_signal_ends_it_in_time(
    new_mosquitto, registry, started, listen
):
    broker = new_mosquitto()
    listener = listen(broker.port)
    started.append(
        Simulator(
            f"--registry={registry}", f"--broker={broker.address}", "--days=1", "--interval-s=1"
        )
    )
    history = int(started[0].wait_for("history_done")["sent"])
    eventually(lambda: sum(e["event"] == "live" for e in started[0].events) >= 3)
    asked_s = time.monotonic()
    started[0].process.send_signal(signal.SIGTERM)
    assert started[0].end() == 0
    assert time.monotonic() - asked_s < 10  # a promise of 2 s, on a machine that may be busy
    sent = int(started[0].events[-1]["sent"])
    assert started[0].events[-1]["event"] == "stopped"
    assert sent > history
    eventually(lambda: listener.has(sent))


def test_a_run_that_goes_on_sends_only_what_is_new(new_mosquitto, registry, started, listen):
    broker = new_mosquitto()
    options = (
        f"--registry={registry}",
        f"--broker={broker.address}",
        "--start=2026-10-01T00:00:00Z",
        "--once",
    )
    whole = listen(broker.port)
    started.append(Simulator(*options, "--end=2026-10-03T00:00:00Z"))
    assert started[0].end() == 0
    eventually(lambda: whole.has(int(started[0].events[-1]["sent"])))
    first = whole.readings()[0]
    later = listen(broker.port)
    started.append(
        Simulator(*options, "--end=2026-10-04T00:00:00Z", "--publish-from=2026-10-03T00:00:00Z")
    )
    assert started[1].end() == 0
    eventually(lambda: later.has(int(started[1].events[-1]["sent"])))
    again = later.readings()[0]
    assert again
    assert not again & first


@pytest.mark.mbpoll
def test_a_village_is_served_over_modbus_and_left_out_of_the_live_mqtt(
    new_mosquitto, registry, started, listen
):
    mbpoll, broker, port = need("mbpoll"), new_mosquitto(), free_port()
    started.append(
        Simulator(
            f"--registry={registry}",
            f"--broker={broker.address}",
            "--days=1",
            "--interval-s=1",
            f"--modbus-port={port}",
        )
    )
    started[0].wait_for("history_done")
    listener = listen(broker.port)
    eventually(lambda: len(listener.messages) >= 3)
    assert not [topic for topic, _ in listener.messages if "gw-kusi-utara" in topic]
    answer = subprocess.run(
        [str(mbpoll), *f"-m tcp -p {port} -a 2 -t 3 -0 -r 12548 -c 1 -1 127.0.0.1".split()],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout
    raw = next(line for line in answer.splitlines() if line.startswith("[12548]"))
    assert 10.5 < int(raw.split()[1]) / 100 < 15  # 0x3104 battery voltage


def test_credentials_come_from_the_environment(new_mosquitto, registry, started, monkeypatch):
    broker = new_mosquitto(users={"field": "secret-1"})
    monkeypatch.setenv("SULUH_SIM_MQTT_USERNAME", "field")
    monkeypatch.setenv("SULUH_SIM_MQTT_PASSWORD", "secret-1")
    started.append(
        Simulator(f"--registry={registry}", f"--broker={broker.address}", "--days=1", "--once")
    )
    assert started[0].end() == 0
    assert int(started[0].events[-1]["sent"]) > 0
