"""kill -9 before every single step of an outbox's life: each reading is at the server or a hole."""

import json
import os
import signal
from collections import Counter

import pytest

from collector.gateway import outbox as outbox_module
from collector.gateway.config import BrokerConfig
from collector.gateway.outbox import Outbox
from collector.gateway.reading import Measured
from collector.gateway.sender import Sender
from collector.wire.decode import decode_message
from collector.wire.envelope import inflate

NOW_S = 1_790_000_000
SERIALS = ("A", "B")


class Server:
    """Keeps what it was sent in a file, as a server does that lives on; answers at once."""

    connected = delivered = True

    def __init__(self, file, step):
        self.file, self.step, self.sender = file, step, None

    def send(self, payload):
        self.step()
        said = json.loads(inflate(payload))
        if isinstance(said, list) and "lost" in said[0]:
            new = [["lost", o["sn"], o["b"], *o["lost"][0]] for o in said]
        else:
            batch = decode_message("shs/v1/g/data", "g", payload, 0.0).batch
            new = [
                ["kept", batch.serials[c], int(b), int(n), int(n)]
                for c, b, n in zip(batch.serial_code, batch.boot, batch.sequence, strict=True)
            ]
        with self.file.open("a") as lines:
            lines.writelines(json.dumps(one) + "\n" for one in new)
        self.step()
        acks = [{"sn": s, "b": b, "rc": -1, "also": [[f, t]]} for _, s, b, f, t in new]
        self.sender.acknowledged(json.dumps({"acks": acks}).encode())
        self.step()
        return True

    def renew(self):
        raise AssertionError("the server always confirms")


def live(folder, rounds, step):
    """Measure, drop for want of room, send, forget; ``step`` is called before each statement."""
    outbox = Outbox(folder / "outbox.db", lambda: NOW_S, limit_mb=0.08)
    outbox._db.execute("pragma synchronous = off")  # a killed process loses nothing of the system
    outbox._db.set_trace_callback(lambda _: step())
    server = Server(folder / "server.jsonl", step)
    broker = BrokerConfig("x", batch_s=0.0)
    sender = Sender(outbox, server, lambda: NOW_S, lambda: 0.0, broker, 4500.0)
    server.sender = sender
    for number in range(rounds):
        for serial in SERIALS:
            outbox.keep(Measured(serial, NOW_S + number, 1, {"battery_voltage_v": 12.5}), "")
        if number % 2:
            sender.tick()
    while sender.tick():
        pass
    outbox._db.set_trace_callback(None)
    told = outbox.counts(), outbox.boots(), outbox.untold(9)
    outbox.close()
    return told


def killed_at(folder, rounds, last_step):
    """Live in another process that dies at that step; whether it came so far."""
    child = os.fork()
    if child == 0:
        left = [last_step]

        def step():
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            live(folder, rounds, step)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def balance(folder):
    """Fails unless every number ever given is at the server or told to it as lost."""
    counts, boots, untold = live(folder, 2, lambda: None)
    assert counts.waiting == 0
    assert not untold
    said = [json.loads(line) for line in (folder / "server.jsonl").read_text().splitlines()]
    numbers = Counter()
    for kind, serial, boot, first, last in said:
        assert boot == boots[serial], "a kill is no new boot"
        numbers.update({(kind, serial, n): 1 for n in range(first, last + 1)})
    found = {(serial, n) for _, serial, n in numbers}
    assert len(found) == counts.produced
    for serial in SERIALS:
        own = [n for s, n in found if s == serial]
        assert sorted(own) == list(range(1, len(own) + 1))
    return counts


@pytest.fixture
def little_room(monkeypatch):
    """So little that the third round of readings already gives up the oldest."""
    monkeypatch.setattr(outbox_module, "DROP_ROWS", 3)
    monkeypatch.setattr(outbox_module, "MIB", 0)


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [4])
def test_every_step_can_be_the_last(tmp_path, little_room, rounds):
    step, dropped = 0, 0
    while True:
        folder = tmp_path / str(step)
        folder.mkdir()
        killed = killed_at(folder, rounds, step)
        dropped += balance(folder).dropped
        if not killed:
            break
        step += 1
    assert step > 100, "the steps were counted"
    assert dropped > 0, "holes were among it"


def test_the_balance_finds_what_is_lost(tmp_path):
    live(tmp_path, 2, lambda: None)
    lines = (tmp_path / "server.jsonl").read_text().splitlines()
    (tmp_path / "server.jsonl").write_text("\n".join(lines[1:]) + "\n")
    with pytest.raises(AssertionError):
        balance(tmp_path)
