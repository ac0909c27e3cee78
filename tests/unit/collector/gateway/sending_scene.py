"""An outbox, a channel in memory, a sender, and both clocks in hand."""

import json

from collector.gateway.config import BrokerConfig
from collector.gateway.outbox import Outbox
from collector.gateway.reading import Measured
from collector.gateway.sender import Sender
from collector.wire.decode import decode_message
from collector.wire.envelope import inflate
from collector.wire.topics import data_topic

START_S = 1_790_000_000
AGAIN_S = 4500.0


class MemoryChannel:
    """Keeps what was sent."""

    def __init__(self):
        self.connected = True
        self.delivered = True
        self.accepts = True
        self.sent = []
        self.renewed = 0

    def send(self, payload):
        if self.accepts:
            self.sent.append(payload)
        return self.accepts

    def renew(self):
        self.renewed += 1


class Scene:
    """``now_s`` counts from 0; the wall clock goes with it from START_S on."""

    def __init__(self, folder, **broker):
        self.now_s = 0.0
        config = BrokerConfig("broker", **({"ack_timeout_s": AGAIN_S, "batch_s": 0.0} | broker))
        self.outbox = Outbox(folder / "outbox.db", self.wall)
        self.outbox._db.execute("pragma synchronous = off")
        self.channel = MemoryChannel()
        self.sender = Sender(
            self.outbox, self.channel, self.wall, lambda: self.now_s, config, config.ack_timeout_s
        )

    def wall(self):
        return START_S + self.now_s

    def measure(self, *serials, form=1, ago_s=0, **fields):
        for serial in serials:
            fields = fields or {"battery_voltage_v": 12.5}
            self.outbox.keep(Measured(serial, int(self.wall() - ago_s), form, fields))

    def run(self, seconds, step_s=1.0):
        """Tick through some time; the moments at which a message went out."""
        times = []
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            before = len(self.channel.sent)
            self.sender.tick()
            times += [self.now_s] * (len(self.channel.sent) - before)
            self.now_s += step_s
        return times

    def rows(self, message=-1):
        decoded = decode_message(data_topic("g"), "g", self.channel.sent[message], 0.0)
        assert not decoded.rejects
        return [
            (b.serials[b.serial_code[i]], int(b.sequence[i]))
            for b in decoded.batches
            for i in range(len(b))
        ]

    def plain(self, message=-1):
        return json.loads(inflate(self.channel.sent[message]))

    def acknowledge(self, serial, rc, *also):
        ack = {"sn": serial, "b": self.outbox.boots()[serial], "rc": rc, "also": also}
        self.sender.acknowledged(json.dumps({"acks": [ack]}).encode())

    def waiting(self):
        return self.outbox.counts().waiting
