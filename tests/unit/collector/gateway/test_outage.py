"""Half a day and a week without a link: then everything arrives, the live ones first."""

import json

import pytest

from collector.gateway.clock import EARLIEST_UTC_S, GatewayClock
from collector.gateway.config import BrokerConfig
from collector.gateway.device import Device
from collector.gateway.outbox import Outbox
from collector.gateway.poller import Poller
from collector.gateway.sender import LIVE_S, Sender
from collector.wire.decode import decode_message
from tests.fixtures.small_map import small_map

START_S = 1_790_000_000
INTERVAL_S = 900
HOUR_S = 3600


class Line:
    """Devices that always answer."""

    def read(self, unit, block):
        return [unit * 10 + i for i in range(block.count)]

    def reset(self):
        raise AssertionError("nothing fails on this line")

    def close(self):
        """Nothing to let go of."""


class Server:
    """A link that can be cut, and a server that notes when each reading came, and how late."""

    delivered = True

    def __init__(self, village):
        self.village, self.connected = village, True
        self.came = {}

    def send(self, payload):
        batch = decode_message("shs/v1/g/data", "g", payload, 0.0).batch
        acks = []
        for code, boot, number, time_s in zip(
            batch.serial_code, batch.boot, batch.sequence, batch.time_s, strict=True
        ):
            key = (batch.serials[code], int(boot), int(number))
            self.came.setdefault(key, (int(time_s), self.village.true_s))
            acks.append({"sn": key[0], "b": key[1], "rc": -1, "also": [[key[2], key[2]]]})
        self.village.sender.acknowledged(json.dumps({"acks": acks}).encode())
        return True

    def renew(self):
        raise AssertionError("the server always confirms")


class Village:
    """A gateway with its devices, in time that is passed by hand."""

    def __init__(self, folder, homes, rows_per_min=1200):
        self.folder, self.homes = folder, homes
        self.broker = BrokerConfig("x", batch_s=30.0, backlog_rows_per_min=rows_per_min)
        self.true_s, self.on_since_s, self.run, self.ntp = START_S, START_S - 100, "first", True
        self.truth = {}
        self.server = Server(self)
        self.switch_on()

    def switch_on(self):
        self.clock = GatewayClock(
            machine=lambda: self.true_s if self.ntp else 0.0,
            since_start=lambda: float(self.true_s - self.on_since_s),
            synchronised=lambda: self.ntp,
        )
        self.outbox = Outbox(self.folder / "outbox.db", self.clock)
        self.outbox._db.execute("pragma synchronous = off")
        self.sender = Sender(
            self.outbox, self.server, self.clock, lambda: float(self.true_s), self.broker, 4500.0
        )
        devices = [Device(f"S{n}", n, small_map()) for n in range(1, self.homes + 1)]
        self.poller = Poller(Line(), devices, self.keep, self.clock)

    def keep(self, reading):
        run = self.run if reading.time_s < EARLIEST_UTC_S else ""
        boot, number = self.outbox.keep(reading, run)
        self.truth[reading.serial, boot, number] = self.true_s

    def power_cut(self, off_s):
        """No clock survives it, and NTP needs the link."""
        self.outbox.close()
        self.true_s += off_s
        self.on_since_s, self.run, self.ntp = self.true_s - 30, f"since {self.true_s}", False
        self.switch_on()

    def live(self, seconds, step_s=INTERVAL_S):
        """Poll at every interval; between, the sender is asked in steps."""
        until_s = self.true_s + seconds
        while self.true_s < until_s:
            if self.true_s % INTERVAL_S == START_S % INTERVAL_S:
                self.poller.cycle()
            if self.clock.started_s is not None:
                self.outbox.date(self.run, self.clock.started_s)
            self.sender.tick()
            self.true_s += step_s

    def outage(self, seconds):
        self.server.connected = False
        self.live(seconds)
        self.server.connected = True


def check(village):
    """Everything produced is there, once, under its own time."""
    counts = village.outbox.counts()
    assert counts.produced == len(village.truth)
    assert counts.waiting == 0
    assert {k: time_s for k, (time_s, _) in village.server.came.items()} == village.truth


@pytest.mark.parametrize(("homes", "hours"), [(50, 13), (12, 7 * 24)])
def test_after_an_outage_all_arrives_live_ones_at_once(tmp_path, homes, hours):
    village = Village(tmp_path, homes, rows_per_min=300)
    village.live(INTERVAL_S, 10)
    village.outage(hours * HOUR_S)
    back_s, waiting = village.true_s, village.outbox.counts().waiting
    assert waiting == homes * hours * 4
    village.live((waiting / 300 + 20) * 60 // 10 * 10, 10)
    village.live(INTERVAL_S, 10)
    while village.outbox.counts().waiting:
        village.live(10, 10)
    check(village)
    came = village.server.came
    since = [(key, at_s) for key, at_s in came.items() if village.truth[key] >= back_s]
    assert max(at_s - time_s for _, (time_s, at_s) in since) <= 60
    last_hour = [at_s for time_s, at_s in came.values() if back_s - LIVE_S <= time_s < back_s]
    assert max(last_hour) <= back_s + 60
    by_age = sorted(
        (time_s, at_s) for time_s, at_s in came.values() if START_S < time_s < back_s - LIVE_S
    )
    assert by_age[0][1] >= by_age[-1][1], "of what waits the newest goes first"


def test_a_week_with_a_power_cut_and_no_clock_is_dated_when_the_time_is_known(tmp_path):
    village = Village(tmp_path, 3)
    village.live(INTERVAL_S, 10)
    village.outage(3 * 86_400)
    village.server.connected = False
    village.power_cut(4 * INTERVAL_S)
    village.outage(4 * 86_400)
    assert village.clock() < EARLIEST_UTC_S
    village.live(300, 10)
    assert not [
        k
        for k, t in village.truth.items()
        if k in village.server.came and t > START_S + 3 * 86_400 + 5 * INTERVAL_S
    ]
    village.ntp = True
    village.live(2 * HOUR_S, 10)
    check(village)


def test_two_power_cuts_without_a_clock_leave_guesses_in_order_and_marked(tmp_path):
    village = Village(tmp_path, 1)
    village.live(INTERVAL_S)
    village.server.connected = False
    for _ in range(2):
        village.power_cut(INTERVAL_S)
        village.live(5 * INTERVAL_S)
    village.server.connected, village.ntp = True, True
    village.live(HOUR_S, 10)
    came = {k: t for k, (t, _) in village.server.came.items()}
    assert came.keys() == village.truth.keys()
    wrong = [k for k in came if came[k] != village.truth[k]]
    assert len(wrong) == 5, "those of the run whose clock was never set"
    assert all(abs(came[k] - village.truth[k]) <= 2 * INTERVAL_S for k in wrong)
    assert sorted(came.values()) == [came[k] for k in sorted(came, key=lambda k: k[2])]
