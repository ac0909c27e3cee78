"""When what is sent: oldest first, one message under way, again until the server has it."""

import json
from itertools import pairwise

import pytest

from collector.gateway.outbox import Outbox
from collector.gateway.reading import Measured
from collector.gateway.sender import LONGEST_ACK_WAIT_S, MAX_BYTES, Sender
from collector.wire.decode import decode_message
from collector.wire.envelope import inflate
from collector.wire.topics import data_topic

TIMEOUT_S = 60.0


class MemoryChannel:
    """Keeps what was sent."""

    def __init__(self):
        self.connected = True
        self.delivered = True
        self.sent = []
        self.renewed = 0

    def send(self, payload):
        self.sent.append(payload)

    def renew(self):
        self.renewed += 1


class Scene:
    """An outbox, a channel, a sender, and a clock in hand."""

    def __init__(self, folder, **said):
        self.now_s = 0.0
        self.outbox = Outbox(folder / "outbox.db", lambda: 1.79e9)
        self.channel = MemoryChannel()
        self.sender = Sender(
            self.outbox, self.channel, lambda: self.now_s, **({"ack_timeout_s": TIMEOUT_S} | said)
        )

    def measure(self, *serials, form=1, **fields):
        for serial in serials:
            fields = fields or {"battery_voltage_v": 12.5}
            self.outbox.keep(Measured(serial, 1_790_000_000, form, fields))

    def rows(self, message=-1):
        decoded = decode_message(data_topic("g"), "g", self.channel.sent[message], 0.0)
        assert not decoded.rejects
        return [
            (b.serials[b.serial_code[i]], int(b.sequence[i]))
            for b in decoded.batches
            for i in range(len(b))
        ]

    def acknowledge(self, **highest):
        boots = self.outbox.boots()
        acks = [{"sn": s, "b": boots[s], "rc": rc} for s, rc in highest.items()]
        self.sender.acknowledged(json.dumps({"acks": acks}).encode())

    def waiting(self):
        return self.outbox.counts().waiting


@pytest.fixture
def scene(tmp_path):
    return Scene(tmp_path)


def test_one_message_holds_all_serials_and_only_one_is_under_way(scene):
    scene.measure("A", "B", "A")
    scene.sender.tick()
    scene.measure("A")
    scene.sender.tick()
    assert len(scene.channel.sent) == 1
    assert scene.rows() == [("A", 1), ("A", 2), ("B", 1)]


def test_the_acknowledgement_deletes_and_brings_the_next_message(scene):
    scene.measure("A", "B")
    scene.sender.tick()
    scene.measure("A")
    scene.acknowledge(A=1, B=1)
    assert scene.waiting() == 1
    assert scene.rows() == [("A", 2)]
    scene.acknowledge(A=2)
    assert scene.waiting() == 0
    assert len(scene.channel.sent) == 2


def test_nothing_is_sent_without_readings_or_connection(scene):
    scene.sender.tick()
    scene.measure("A")
    scene.channel.connected = False
    scene.sender.tick()
    assert not scene.channel.sent
    scene.channel.connected = True
    scene.sender.tick()
    assert scene.rows() == [("A", 1)]


def test_without_acknowledgement_it_is_sent_again_at_growing_intervals(scene):
    scene.measure("A")
    times = []
    for _ in range(4000):
        before = len(scene.channel.sent)
        scene.sender.tick()
        if len(scene.channel.sent) > before:
            times.append(scene.now_s)
        scene.now_s += 1
    waits = [b - a for a, b in pairwise(times)]
    assert waits[:4] == [60, 120, 240, 480]
    assert set(waits[4:]) == {LONGEST_ACK_WAIT_S}
    assert scene.waiting() == 1


def test_a_resent_message_takes_newer_readings_along(scene):
    scene.measure("A")
    scene.sender.tick()
    scene.measure("A")
    scene.now_s = TIMEOUT_S
    scene.sender.tick()
    assert scene.rows() == [("A", 1), ("A", 2)]


def test_a_broker_that_confirms_nothing_gets_a_new_connection_not_a_second_copy(scene):
    scene.measure("A")
    scene.sender.tick()
    scene.channel.delivered = False
    scene.now_s = TIMEOUT_S
    scene.sender.tick()
    assert scene.channel.renewed == 1
    assert len(scene.channel.sent) == 1
    scene.sender.reconnected()
    scene.sender.tick()
    assert scene.channel.renewed == 1, "the message goes out again by itself and has time anew"


def test_only_what_was_sent_can_be_acknowledged(scene):
    scene.measure("A")
    scene.sender.tick()
    scene.measure("A", "A")
    scene.acknowledge(A=999)
    assert scene.waiting() == 2, "rows 2 and 3 were not in the message"
    assert scene.rows() == [("A", 2), ("A", 3)]


def test_an_acknowledgement_for_another_boot_or_serial_deletes_nothing(scene):
    scene.measure("A")
    scene.sender.tick()
    boot = scene.outbox.boots()["A"]
    for sn, b in (("A", boot + 1), ("A", boot - 1), ("B", boot)):
        said = {"acks": [{"sn": sn, "b": b, "rc": 9}]}
        scene.sender.acknowledged(json.dumps(said).encode())
    assert scene.waiting() == 1


def test_a_late_acknowledgement_after_a_restart_deletes_nothing_unsent(scene):
    scene.measure("A")
    scene.acknowledge(A=1)
    assert scene.waiting() == 1


def test_half_an_acknowledgement_leaves_the_other_half_to_be_sent_again(scene):
    scene.measure("A", "B", "A")
    scene.sender.tick()
    scene.acknowledge(A=1)
    assert scene.waiting() == 2
    assert len(scene.channel.sent) == 1
    scene.now_s = TIMEOUT_S
    scene.sender.tick()
    assert scene.rows() == [("A", 2), ("B", 1)]


@pytest.mark.parametrize(
    "payload", [b"", b"\xff\xfe", b"7", b'{"acks":1}', b'{"acks":[{"sn":1,"b":1,"rc":1}]}', b"{}"]
)
def test_unreadable_acknowledgements_are_passed_over(scene, payload):
    scene.measure("A")
    scene.sender.tick()
    scene.sender.acknowledged(payload)
    assert scene.waiting() == 1


def test_the_server_can_ask_for_it_again(scene):
    scene.measure("A")
    scene.sender.tick()
    scene.sender.resend()
    assert len(scene.channel.sent) == 2
    scene.channel.delivered = False
    scene.sender.resend()
    assert len(scene.channel.sent) == 2


@pytest.mark.parametrize(("codec", "first"), [("json", b"{"), ("cbor", b"\xa6")])
def test_codecs_and_compression(tmp_path, codec, first):
    plain = Scene(tmp_path / "p", codec=codec, compress=False)
    packed = Scene(tmp_path / "c", codec=codec, compress=True)
    for scene in (plain, packed):
        scene.measure(*["A"] * 50)
        scene.sender.tick()
        assert len(scene.rows()) == 50
    assert plain.channel.sent[0].startswith(first)
    assert packed.channel.sent[0].startswith(b"\x78")
    assert len(packed.channel.sent[0]) < len(plain.channel.sent[0])


def test_a_backlog_goes_out_in_messages_within_the_limits(scene):
    fields = {
        "pv_voltage_v": 17.25, "pv_current_a": 10.25, "battery_voltage_v": 13.25,
        "battery_current_a": -10.25, "load_current_a": 10.25, "battery_temperature_c": 31.5,
        "load_voltage_v": 13.25, "soc_percent": 100.0, "charge_stage": 3.0, "load_state": 1.0,
        "fault_bits": 65535.0,
    }  # fmt: skip
    scene.outbox._db.execute("pragma synchronous = off")
    for sequence in range(150):
        scene.measure(*[f"KPK-TENTANG-PANJANG-{n:08d}" for n in range(20)], form=2, **fields)
        assert sequence < 150
    sizes = []
    scene.sender.tick()
    while scene.waiting():
        assert len(inflate(scene.channel.sent[-1])) <= MAX_BYTES
        rows = scene.rows()
        sizes.append(len(rows))
        highest = {}
        for serial, sequence in rows:
            highest[serial] = max(sequence, highest.get(serial, 0))
        scene.acknowledge(**highest)
    assert sum(sizes) == 3000
    assert max(sizes) <= 2000
