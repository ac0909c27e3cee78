"""The same reading gets the same time, whenever and with whatever it comes again."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.bootstrap import decode
from collector.domain.reading import Quality
from collector.ingest.pipeline import Ingest
from collector.spool.delivery import Delivery
from tests.fixtures.memory_letters import MemoryLetters
from tests.fixtures.memory_times import MemoryTimes
from tests.fixtures.small_fleet import fleet

NOW_S = 1_732_320_000
DAY_S = 86_400


class Visible:
    """A store that notes what can be seen: (serial, second) -> (sequence, quality)."""

    def __init__(self):
        self.readings = {}

    def write(self, batch):
        for serial, time_s, sequence, quality in zip(
            batch.serial_code, batch.time_s, batch.sequence, batch.quality, strict=True
        ):
            key = batch.serials[serial], int(time_s)
            assert self.readings.get(key, (sequence,))[0] == sequence, "one took another's place"
            self.readings[key] = (float(sequence), int(quality))

    def times(self, serial="KPK-0001"):
        return {n: t for (s, t), (n, _) in self.readings.items() if s == serial}


class Server:
    def __init__(self):
        self.store, self.letters, self.times = Visible(), MemoryLetters(), MemoryTimes()
        self.ingest = Ingest(decode, self.store, self.letters, lambda _serials: fleet(), self.times)

    def take(self, *messages):
        """Deliver (message, receipt) pairs in one go."""
        return self.ingest.take(
            [
                Delivery("KPK-0001", "shs/v1/KPK-0001/data", json.dumps(m).encode(), float(at_s))
                for m, at_s in messages
            ]
        )


@pytest.fixture
def server():
    return Server()


def message(rc, ts, rows=1, boot=1):
    hd = [[900 * i, 1812, 245, 1334] for i in range(rows)]
    return {"sn": "KPK-0001", "df": 1, "ts": ts, "b": boot, "rc": rc, "hd": hd}


@pytest.mark.parametrize("ts", [0, 946_684_800, NOW_S + DAY_S])
@pytest.mark.parametrize("later_s", [0, 1, 60, 2 * DAY_S, 40 * DAY_S])
def test_the_same_message_at_another_time_is_one_reading(server, ts, later_s):
    server.take((message(1, ts, rows=3), NOW_S))
    before = dict(server.store.readings)
    assert len(before) == 3
    server.take((message(1, ts, rows=3), NOW_S + later_s))
    server.take((message(2, ts + 900), NOW_S + later_s), (message(2, ts + 900), NOW_S + 9 * DAY_S))
    assert server.store.readings == before
    assert server.letters.kept == []


def test_a_time_that_lay_ahead_does_not_become_believable_by_waiting(server):
    ahead_s = NOW_S + 700
    server.take((message(1, ahead_s), NOW_S))
    server.take((message(1, ahead_s), NOW_S + 3_600))
    assert server.store.times() == {1.0: NOW_S}


def test_a_clock_that_was_set_meanwhile_is_believed_again(server):
    server.take((message(1, 0, rows=2), NOW_S))
    server.take((message(3, NOW_S + 900, rows=2), NOW_S + 1800))
    assert server.store.times() == {
        1.0: NOW_S - 900,
        2.0: NOW_S,
        3.0: NOW_S + 900,
        4.0: NOW_S + 1800,
    }
    qualities = [q & Quality.CLOCK_REBUILT for _, q in server.store.readings.values()]
    assert sorted(qualities) == [0, 0, 2, 2]


def test_a_backlog_under_a_wrong_clock_keeps_its_distances(server):
    server.take((message(10, 9_000), NOW_S))
    server.take((message(1, 900, rows=9), NOW_S + 60))
    assert server.store.times() == {float(n): NOW_S - 900 * (10 - n) for n in range(1, 11)}


def test_a_number_that_stands_for_two_readings_loses_neither(server):
    server.take((message(1, 0), NOW_S))
    outcome = server.take((message(1, 5_000), NOW_S + 60))
    assert (outcome.stored, outcome.refused) == (0, 1)
    assert "another reading bore" in server.letters.kept[0].reason
    server.take((message(1, NOW_S + 30), NOW_S + 60))
    assert len(server.store.readings) == 2


def test_a_new_boot_begins_anew(server):
    server.take((message(1, 0, rows=2), NOW_S))
    server.take((message(1, 0, rows=2, boot=2), NOW_S + DAY_S))
    assert len(server.store.readings) == 4


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_comes_again_in_whatever_parts_is_there_once(data):
    server = Server()
    # Of a clock that stands at a time which looks right nobody can know that it stands.
    clocks = [(0, 900), (946_684_800, 900), (NOW_S + DAY_S, 900), (NOW_S + 650, 900), (0, 0)]
    start_s, step_s = data.draw(st.sampled_from(clocks), "clock")
    spans = st.tuples(st.integers(0, 3 * DAY_S), st.integers(1, 12), st.integers(1, 5))
    deliveries = data.draw(st.lists(spans, min_size=1, max_size=12), "receipt, first, rows")
    for after_s, first, rows in sorted(deliveries):
        sent = message(first, start_s + step_s * first)
        sent["hd"] = [[step_s * i, 1812, 245, 1334] for i in range(rows)]
        server.take((sent, NOW_S + after_s))
    numbers = [n for n, _ in server.store.readings.values()]
    assert len(numbers) == len(set(numbers)), "one reading is seen under two times"
    assert set(numbers) == {n for _, first, rows in deliveries for n in range(first, first + rows)}
    assert server.letters.kept == []
