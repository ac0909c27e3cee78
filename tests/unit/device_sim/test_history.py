import hashlib

import numpy as np
import pytest

from collector.domain.fields import FIELD_INDEX
from collector.domain.reading import ReadingBatch
from collector.wire.decode import decode_message
from collector.wire.topics import data_topic
from device_sim.fault import Episode
from device_sim.history import History
from device_sim.message import Message
from device_sim.telemetry import Numbering
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, mixed_fleet, timeline_of

START_S, END_S = DAY * DAY_S + 4 * 3600, (DAY + 25) * DAY_S + 10 * 3600
GONE = Episode("silent", SERIALS[5], (DAY + 5) * DAY_S, (DAY + 9) * DAY_S)


def history(start_s: int = START_S, end_s: int = END_S, **options) -> History:
    timeline = timeline_of(episodes=[GONE])
    numbering = Numbering.of(timeline.fleet, np.ones(12, np.int64))
    return History(timeline, numbering, start_s, end_s, **options)


def decoded(messages: list[Message]) -> ReadingBatch:
    found = [
        decode_message(data_topic(m.publisher), m.publisher, m.payload, END_S) for m in messages
    ]
    assert not any(f.rejects for f in found)
    return ReadingBatch.concat([f.batch for f in found])


@pytest.fixture(scope="module")
def messages():
    return list(history(odd=False).messages())


@pytest.fixture(scope="module")
def readings(messages):
    return decoded(messages)


def keys(batch: ReadingBatch) -> set[tuple[str, int]]:
    serials = np.array(batch.serials)[batch.serial_code]
    return set(zip(serials.tolist(), batch.time_s.tolist(), strict=True))


def test_the_same_seed_gives_the_same_bytes(messages):
    def digest(sent):
        return hashlib.sha256(b"".join(m.payload for m in sent)).hexdigest()

    assert digest(messages) == digest(history(odd=False).messages())


def test_sent_counts_distinct_readings(messages, readings):
    assert sum(m.rows for m in messages) == len(keys(readings))


def test_nothing_lies_outside_the_span(readings):
    assert readings.time_s.min() >= START_S
    assert readings.time_s.max() < END_S


def test_every_quarter_hour_is_there_but_for_gaps(readings):
    expected = 12 * (END_S - START_S) // 900
    silent = 4 * 96
    assert expected - silent - 120 < len(keys(readings)) <= expected - silent


def test_sequence_numbers_leave_no_hole(readings):
    for code, serial in enumerate(readings.serials):
        mine = readings.serial_code == code
        for boot in np.unique(readings.boot[mine]):
            numbers = np.unique(readings.sequence[mine & (readings.boot == boot)])
            assert numbers[0] == 1, serial
            assert (np.diff(numbers) == 1).all(), serial


def test_a_reading_has_one_number_and_a_number_one_reading(readings):
    serials = readings.serial_code.tolist()
    numbers = zip(serials, readings.boot.tolist(), readings.sequence.tolist(), strict=True)
    by_number = dict(zip(numbers, readings.time_s.tolist(), strict=True))
    assert len(by_number) == len(keys(readings))


def test_a_device_boots_anew_after_its_gap(readings):
    mine = readings.serial_code == readings.serials.index(SERIALS[5])
    before = readings.boot[mine & (readings.time_s < GONE.start_s)]
    after = readings.boot[mine & (readings.time_s > GONE.end_s)]
    assert after.min() > before.max()


def test_publishers_speak_for_their_own_serials(messages):
    fleet = mixed_fleet()
    allowed = dict(zip(fleet.serials, fleet.publishers, strict=True))
    for message in messages:
        for serial in decoded([message]).serials:
            assert allowed[serial] == message.publisher


def test_messages_keep_to_the_limits_of_the_wire(messages):
    assert max(m.rows for m in messages) <= 2000
    assert max(len(m.payload) for m in messages) <= 192 * 1024


def test_values_survive_the_wire():
    short = history(end_s=START_S + 900, odd=False)
    batch = decoded(list(short.messages()))
    shown = short.timeline.day(DAY).shown
    row = short.timeline.fleet.serials.index(batch.serials[0])
    place = FIELD_INDEX["battery_voltage_v"]
    assert batch.values[0, place] == pytest.approx(shown[row, 16, place], abs=0.006)


def test_some_rows_come_late_and_some_twice(monkeypatch, readings):
    monkeypatch.setattr("device_sim.history._LATE_SHARE", 0.5)
    monkeypatch.setattr("device_sim.history._REPEATED_SHARE", 0.5)
    troubled = list(history(odd=False).messages())
    twice = [m for m in troubled if m.rows == 0]
    assert twice
    assert all(sum(m.payload == again.payload for m in troubled) == 2 for again in twice)
    assert any(
        starts != sorted(starts)
        for starts in (
            [decoded([m]).time_s.min() for m in troubled if m.publisher == p and m.rows]
            for p in SERIALS[4:]
        )
    )
    assert sum(m.rows for m in troubled) == len(keys(readings))
    assert keys(decoded(troubled)) == keys(readings)


def test_going_on_later_sends_only_what_is_new(messages):
    middle = END_S - 3 * DAY_S
    rest = keys(decoded(list(history(start_s=middle, odd=False).messages())))
    whole = keys(decoded(messages))
    assert rest == {key for key in whole if key[1] >= middle}


def test_when_it_is_to_stop_it_stops_at_the_next_day():
    stopped = history(stop=lambda: True)
    assert list(stopped.messages()) == []
    assert len(stopped.timeline.record.days) == 1


def test_an_empty_span_sends_nothing():
    assert list(history(start_s=END_S, odd=False).messages()) == []
    assert history(start_s=END_S + 900).expected_rows == 0


def test_the_odd_come_last():
    short = list(history(end_s=START_S + 9000).messages())
    assert [m.publisher for m in short][-3] == "KPK-X001"
