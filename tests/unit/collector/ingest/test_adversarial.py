"""What broken, hostile and foreign devices send: nothing is lost, invented or held up by it."""

import json
import zlib

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.bootstrap import decode
from collector.domain.reading import Quality
from collector.ingest import pipeline
from collector.ingest.dead_letters import shortened
from collector.ingest.pipeline import Ingest
from collector.ingest.worker import IngestWorker
from collector.intake.door import BACKLOG_S
from collector.spool.delivery import Delivery
from collector.spool.group_commit import GroupCommit
from collector.spool.sqlite import SqliteSpool
from collector.store.duckdb import DuckDbStore
from tests.fixtures.memory_letters import MemoryLetters
from tests.fixtures.memory_times import MemoryTimes
from tests.fixtures.small_fleet import fleet

TS = 1_732_233_600
NOW_S = TS + 86_400.0
ROW = [0, 1812, 245, 1334]


def condensed(**changed):
    return {"sn": "KPK-0001", "df": 1, "ts": TS, "b": 1, "rc": 1, "hd": [ROW]} | changed


def rows(count, step_s=1):
    return [[step_s * i, *ROW[1:]] for i in range(count)]


def text(message):
    return json.dumps(message).encode()


def raw(value):
    """A condensed message with these bytes in place of its battery voltage."""
    return text(condensed(hd=[[0, 1812, 245, "?"]])).replace(b'"?"', value)


# name: (payload, readings stored, readings in the dead letters)
MESSAGES = {
    "good": (text(condensed()), 1, 0),
    "clock of 1970": (text(condensed(ts=0, b=2)), 1, 0),
    "clock of 2000-01-01": (text(condensed(ts=946_684_800, b=3)), 1, 0),
    "clock a day ahead": (text(condensed(ts=NOW_S + 86_400, b=4)), 1, 0),
    "clock in month 0": (text(condensed(ts="2024-00-11")), 0, 1),
    "milliseconds": (text(condensed(ts=TS * 1000)), 1, 0),
    "nanoseconds": (text(condensed(ts=TS * 10**9)), 1, 0),
    "charge above 100 %": (text(condensed(df=2, hd=[[*ROW, 1, 1, 1, 1, 140]])), 1, 0),
    "rows in the wrong order": (text(condensed(hd=rows(5)[::-1])), 5, 0),
    "a row twice": (text(condensed(hd=[ROW, ROW])), 1, 0),
    "foreign serial": (text(condensed(sn="KPK-0003")), 0, 1),
    "unknown serial": (text(condensed(sn="KPK-9999", hd=rows(3))), 0, 3),
    "unknown format": (text(condensed(df=77, hd=rows(3))), 0, 3),
    "NaN": (raw(b"NaN"), 1, 0),
    "Infinity": (raw(b"Infinity"), 1, 0),
    "1e999": (raw(b"1e999"), 1, 0),
    "a number of 400 digits": (raw(b"9" * 400), 1, 0),
    "a boolean": (raw(b"true"), 0, 1),
    "text for a number": (raw(b'"13.3"'), 0, 1),
    "an object for a number": (raw(b"{}"), 0, 1),
    "one bad row of three": (text(condensed(hd=[ROW, ["x"], [60, 1, 2, 3]])), 2, 1),
    "too many values": (text(condensed(hd=[[*ROW, *ROW, *ROW]])), 0, 1),
    "invalid UTF-8": (b'{"sn":"\xff\xfe","df":1}', 0, 1),
    "half a surrogate": (b'{"sn":"\\ud800","df":1,"ts":1732233600,"hd":[[0,1812]]}', 0, 1),
    "NUL in the serial": (text(condensed(sn="KPK-0001\x00")), 0, 1),
    "a serial as a path": (text(condensed(sn="../../etc/passwd")), 0, 1),
    "a serial as SQL": (text(condensed(sn="'; drop table reading; --")), 0, 1),
    "a name twice": (text(condensed()).replace(b'"df"', b'"sn":"KPK-0003","df"'), 0, 1),
    "cut off": (text(condensed())[:-9], 0, 1),
    "bytes after the end": (text(condensed()) + b"{}", 0, 1),
    "empty": (b"", 0, 1),
    "empty list": (b"[]", 0, 1),
    "empty object": (b"{}", 0, 1),
    "no rows": (text(condensed(hd=[])), 0, 1),
    "a list of anything": (b'[1, null, "a", [], true]', 0, 5),
    "noise": (bytes(range(256)) * 4, 0, 1),
    "deep JSON": (b"[" * 90_000, 0, 1),
    "deep JSON, closed": (b"[" * 50_000 + b"]" * 50_000, 0, 1),
    "deep CBOR": (b"\x81" * 100_000, 0, 1),
    "CBOR that claims to be long": (b"\x9b" + b"\xff" * 8, 0, 1),
    "CBOR text that claims to be long": (b"\xa1\x62sn\x7b" + b"\x7f" * 8, 0, 1),
    "CBOR that contains itself": (b"\xd8\x1c\x81\xd8\x1d\x00", 0, 1),
    "zlib bomb": (zlib.compress(b"0" * 50_000_000, 9), 0, 1),
    "zlib in zlib": (zlib.compress(zlib.compress(text(condensed()))), 0, 1),
    "half of zlib": (zlib.compress(text(condensed(hd=rows(99))))[:60], 0, 1),
    "8 MB": (b"[" + b" " * 7_999_998 + b"]", 0, 1),
    "more than 8 MB": (b"[" + b" " * 8_000_000 + b"]", 0, 1),
    "20,000 rows": (text(condensed(ts=TS, hd=[[i] for i in range(20_000)])), 0, 20_000),
    "3,000 rows": (text(condensed(hd=[[i, 1812] for i in range(3_000)])), 0, 3_000),
    "2,000 rows": (text(condensed(hd=[[i, 1812] for i in range(2_000)])), 2_000, 0),
    "negative sequence": (text(condensed(rc=-5)), 0, 1),
    "sequence of 30 digits": (text(condensed(rc=10**30)), 0, 1),
    "offset of 30 digits": (text(condensed(hd=[[10**30, 1812]])), 0, 1),
    "CBOR": (cbor2.dumps(condensed()), 1, 0),
    "zlib": (zlib.compress(text(condensed())), 1, 0),
}


class Way:
    """From the door to the store, one step at a time, on a real spool and a real store."""

    def __init__(self, folder):
        self.letters, self.store = MemoryLetters(), DuckDbStore(folder / "readings.duckdb")
        self.spool = SqliteSpool(folder / "spool.db", lambda: NOW_S, limit_bytes=10**8)
        ingest = Ingest(decode, self.store, self.letters, lambda _serials: fleet(), MemoryTimes())
        self.entry, self.told = GroupCommit(self.spool), []
        self.worker = IngestWorker(self.spool, ingest)

    def bring(self, payload, publisher="KPK-0001", *, backlog=False):
        delivery = Delivery(
            publisher, f"shs/v1/{publisher}/data", payload, NOW_S, "", backlog=backlog
        )
        self.entry.put(delivery, lambda: self.told.append(payload))

    def work(self):
        while not self.entry.idle:
            assert self.entry.step()
        while self.spool.state().waiting:
            assert self.worker.step(), self.worker.counts.trouble

    def close(self):
        self.spool.close()
        self.store.close()


@pytest.fixture(name="way")
def way_of(tmp_path):
    opened = Way(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(name="shared_way", scope="module")
def shared_way_of(tmp_path_factory):
    opened = Way(tmp_path_factory.mktemp("way"))
    yield opened
    opened.close()


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_ends_in_the_store_or_in_the_dead_letters(way, name):
    payload, stored, dead = MESSAGES[name]
    way.bring(payload)
    # One that comes after it must not wait for it, and one before not be lost with it.
    way.bring(text(condensed(sn="KPK-0003", ts=TS + 5_000)), "gw-haya", backlog=True)
    way.work()
    assert way.told[0] == payload
    assert len(way.told) == 2
    assert way.store.count() == stored + 1
    assert way.letters.count_readings() == dead
    if dead:
        assert shortened(payload, "")[0] in [letter.payload for letter in way.letters.kept]


def test_all_of_them_at_once_twice_over_change_nothing_more(way):
    for _ in range(2):
        for payload, _, _ in MESSAGES.values():
            way.bring(payload)
        way.work()
    keys = {(r, s) for r in way.store.rows("KPK-0001", 0, 2**40).time_s.tolist() for s in "a"}
    assert way.store.count() == len(keys), "no serial but the sender's, each time once"
    assert way.letters.count_readings() == sum(dead for _, _, dead in MESSAGES.values())


def test_nothing_is_invented_of_values_that_cannot_be(way):
    way.bring(MESSAGES["charge above 100 %"][0])
    way.bring(text(condensed(ts=TS + 60, hd=[[0, None, 245, 99_999]])))
    way.work()
    found = way.store.rows("KPK-0001", 0, 2**40)
    assert (found.quality & Quality.OUT_OF_RANGE).all()
    assert found.values[0, :3].tolist() == [18.12, 2.45, 13.34]
    assert [v for v in found.values[1].tolist() if v == v] == [2.45]  # noqa: PLR0124
    assert [letter.readings for letter in way.letters.kept] == [0, 0]


@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 400])
def test_a_number_that_is_none_is_left_out_and_the_reading_kept(way, value):
    way.bring(raw(value))
    way.work()
    found = way.store.rows("KPK-0001", 0, 2**40)
    assert [v for v in found.values[0].tolist() if v == v] == [18.12, 2.45]  # noqa: PLR0124


def test_one_serial_from_two_gateways_counts_from_its_own(way):
    way.bring(text(condensed(sn="KPK-0002")), "gw-boti")
    way.bring(text(condensed(sn="KPK-0002", hd=[[0, 1, 1, 1]])), "gw-haya")
    way.work()
    assert way.store.rows("KPK-0002", 0, 2**40).values[0, 2] == 13.34
    assert [letter.publisher for letter in way.letters.kept] == ["gw-haya"]


def test_counters_that_go_back_or_wrap_lose_no_reading(way):
    for i, rc in enumerate([7, 8, 3, 0, 2**53 - 1, 2**53, 1]):
        way.bring(text(condensed(rc=rc, ts=TS + 60 * i)))
    way.work()
    assert way.store.count() == 7


def test_a_week_of_backlog_among_live_readings(way):
    for first in range(0, 20_000, 2_000):
        way.bring(text(condensed(rc=first, ts=TS - 700_000 + first, hd=rows(2_000))), backlog=True)
    way.bring(text(condensed(sn="KPK-0003", ts=NOW_S - 10)), "gw-haya")
    assert BACKLOG_S < 700_000
    way.work()
    assert way.store.count() == 20_001
    assert way.letters.kept == []


def test_small_messages_that_inflate_to_many_rows_are_taken_a_few_at_a_time(way, monkeypatch):
    monkeypatch.setattr(pipeline, "MOST_ROWS", 1_000)
    written, write = [], way.store.write
    monkeypatch.setattr(
        way.store, "write", lambda batch: (written.append(len(batch)), write(batch))
    )
    for i in range(12):
        message = condensed(ts=TS + 500 * i, hd=rows(400))
        way.bring(zlib.compress(text(message), 9), backlog=i % 3 == 0)
    way.work()
    assert way.store.count() == 12 * 400
    assert max(written) <= 1_200


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=8,
)
_MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "sn": st.sampled_from(["KPK-0001", "KPK-0003", "", "x"]) | _ANYTHING,
        "df": st.sampled_from([1, 2, 3]) | _ANYTHING,
        "ts": st.sampled_from([TS, TS * 1000, 0, "?"]) | _ANYTHING,
        "b": st.integers() | _ANYTHING,
        "rc": st.integers() | _ANYTHING,
        "hd": st.lists(st.lists(_SCALARS, max_size=9), max_size=4) | _ANYTHING,
        "d": _ANYTHING,
    },
)
_TOPICS = st.sampled_from(
    ["shs/v1/KPK-0001/data", "v1/devices/me/telemetry", "v1/gateway/telemetry", "other"]
)


def _bytes(draw_from):
    return st.one_of(
        draw_from.map(lambda m: json.dumps(m).encode()),
        draw_from.map(cbor2.dumps),
        draw_from.map(lambda m: zlib.compress(json.dumps(m).encode())),
    )


def _damaged(payload, at, byte):
    at %= max(1, len(payload))
    return payload[:at] + bytes([byte]) + payload[at + 1 :]


_PAYLOADS = st.one_of(
    st.binary(max_size=60),
    _bytes(_MESSAGE | st.lists(_MESSAGE, max_size=3) | _ANYTHING),
    st.builds(
        _damaged, _bytes(st.just(condensed(hd=rows(4)))), st.integers(0, 300), st.integers(0, 255)
    ),
)


@settings(max_examples=300, deadline=None)
@given(payload=_PAYLOADS, topic=_TOPICS)
def test_whatever_comes_it_is_counted_and_holds_up_nobody(shared_way, payload, topic):
    before = len(shared_way.letters.kept)
    ingest = shared_way.worker._ingest
    outcome = ingest.take([Delivery("KPK-0001", topic, payload, NOW_S)])
    assert outcome.stored + outcome.refused > 0
    assert len(outcome.batch) <= outcome.stored + outcome.refused
    new = shared_way.letters.kept[before:]
    assert all(letter.payload == payload for letter in new)
    found = ingest._store.rows("KPK-0003", 0, 2**40)
    assert len(found) == 0, "KPK-0001 may not speak for it"
