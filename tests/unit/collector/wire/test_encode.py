"""What is encoded decodes to the same readings, within what the format resolves."""

import json

import numpy as np
import pytest

from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.reading import Quality, ReadingBatch
from collector.wire.decode import decode_message
from collector.wire.encode import encode_message
from collector.wire.formats import data_formats
from collector.wire.topics import data_topic


def readings(rows=50, serial="KPK-0001"):
    generator = np.random.default_rng(3)
    values = np.full((rows, len(FIELDS)), np.nan)
    values[:, :6] = generator.uniform(0, 20, (rows, 6))
    values[:, FIELD_INDEX["battery_current_a"]] -= 10
    values[::7, 1] = np.nan
    values[rows // 2 :][:1] = np.nan
    times = 1_732_233_600 + 900 * np.arange(rows)
    return ReadingBatch.of(serial, times, values, boot=2, first_sequence=40)


@pytest.mark.parametrize("codec", ["json", "cbor"])
@pytest.mark.parametrize("compress", [False, True])
def test_a_round_trip_keeps_time_numbering_and_values(codec, compress):
    sent = readings()
    payload = encode_message([sent], 1, codec=codec, compress=compress)
    found = decode_message(data_topic("gw"), "gw", payload, 1.0)
    assert not found.rejects
    np.testing.assert_array_equal(found.batch.time_s, sent.time_s)
    np.testing.assert_array_equal(found.batch.sequence, sent.sequence)
    np.testing.assert_array_equal(found.batch.boot, sent.boot)
    form = data_formats()[1]
    resolved = np.rint(sent.values[:, form.column] * form.divisor) / form.divisor
    np.testing.assert_array_equal(found.batch.values[:, form.column], resolved)


def test_several_serials_make_one_list():
    payload = encode_message([readings(3, "A"), readings(2, "B")], 1)
    assert [one["sn"] for one in json.loads(payload)] == ["A", "B"]
    assert len(decode_message(data_topic("gw"), "gw", payload, 1.0).batch) == 5


def test_each_batch_may_have_its_own_format():
    payload = encode_message([readings(1, "A"), readings(2, "B")], [1, 3])
    assert [one["df"] for one in json.loads(payload)] == [1, 3]
    assert not decode_message(data_topic("gw"), "gw", payload, 1.0).rejects


def test_rebuilt_times_say_so_and_are_never_mixed_with_known_ones():
    sent = readings(4)
    sent.quality[:] = Quality.CLOCK_REBUILT
    payload = encode_message([sent, readings(2, "B")], 1)
    assert [one.get("tq") for one in json.loads(payload)] == [1, None]
    found = decode_message(data_topic("gw"), "gw", payload, 1.0).batch
    assert found.quality.tolist() == [Quality.CLOCK_REBUILT] * 4 + [0] * 2
    sent.quality[0] = 0
    with pytest.raises(ValueError, match="all rebuilt"):
        encode_message([sent], 1)


def test_trailing_missing_values_are_left_out():
    sent = readings(1)
    sent.values[0, 3:] = np.nan
    sent.values[0, :3] = 1.0
    assert len(json.loads(encode_message([sent], 2))["hd"][0]) == 4


def test_readings_without_numbers_of_their_own_carry_none():
    sent = readings(2)
    sent.boot[:], sent.sequence[:] = np.nan, np.nan
    assert not {"b", "rc"} & json.loads(encode_message([sent], 1)).keys()


def test_a_hole_mixed_serials_or_nothing_are_refused():
    with pytest.raises(ValueError, match="count up"):
        encode_message([readings(5).take(np.array([0, 2]))], 1)
    with pytest.raises(ValueError, match="one serial"):
        encode_message([ReadingBatch.concat([readings(1, "A"), readings(1, "B")])], 1)
    with pytest.raises(ValueError, match="one serial"):
        encode_message([ReadingBatch.empty()], 1)


def test_the_largest_message_stays_within_the_limits():
    found = decode_message(data_topic("gw"), "gw", encode_message([readings(2000)], 1), 1.0)
    assert len(found.batch) == 2000
