"""Every accepted form decodes to the same readings; everything else becomes a reject, in words."""

import json
import zlib

import cbor2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.fields import FIELD_INDEX
from collector.domain.reading import Quality, ReadingBatch
from collector.wire.decode import decode_message
from collector.wire.decoded import MAX_REASONS
from collector.wire.topics import THINGSBOARD_DEVICE, THINGSBOARD_GATEWAY, data_topic

SPECIFIED = {
    "sn": "KPK-0142",
    "df": 1,
    "ts": 1732233600,
    "b": 7,
    "rc": 18231,
    "hd": [[0, 1812, 245, 1334, 190, 61, 312], [900, 1795, None, 1341]],
}


def decode(payload, topic=None, content_type=""):
    if not isinstance(payload, bytes):
        payload = json.dumps(payload).encode()
    topic = topic or data_topic("KPK-0142")
    return decode_message(topic, "KPK-0142", payload, 1_732_240_000.0, content_type)


def rejected(found):
    return {r.reason: r.readings for r in found.rejects}


@pytest.mark.parametrize(
    "payload",
    [
        json.dumps(SPECIFIED).encode(),
        json.dumps([SPECIFIED]).encode(),
        cbor2.dumps(SPECIFIED),
        zlib.compress(json.dumps(SPECIFIED).encode()),
        zlib.compress(cbor2.dumps([SPECIFIED])),
    ],
    ids=["json", "json list", "cbor", "zlib json", "zlib cbor list"],
)
def test_the_specified_example_in_every_encoding(payload):
    found = decode(payload)
    assert not found.rejects
    batch = found.batch
    assert batch.serials == ("KPK-0142",)
    assert batch.time_s.tolist() == [1732233600, 1732234500]
    assert batch.boot.tolist() == [7, 7]
    assert batch.sequence.tolist() == [18231, 18232]
    assert batch.received_s.tolist() == [1_732_240_000.0] * 2
    np.testing.assert_array_equal(batch.values[0, :6], [18.12, 2.45, 13.34, 1.90, 0.61, 31.2])
    np.testing.assert_array_equal(batch.values[1, :3], [17.95, np.nan, 13.41])
    assert np.isnan(batch.values[1, 3:]).all()
    assert not batch.quality.any()


@pytest.mark.parametrize("df", [2, 3])
def test_fuller_formats_carry_codes_and_levels(df):
    row = [0, 1812, 245, 1334, -190, 61, 312, 1330, 87, 2, 1, 5] + [70] * (df == 3)
    batch = decode({**SPECIFIED, "df": df, "hd": [row]}).batch
    assert batch.values[0, FIELD_INDEX["battery_current_a"]] == -1.9
    assert batch.values[0, FIELD_INDEX["soc_percent"]] == 87
    assert batch.values[0, FIELD_INDEX["fault_bits"]] == 5
    level = batch.values[0, FIELD_INDEX["lamp_level_percent"]]
    assert level == 70 if df == 3 else np.isnan(level)


@pytest.mark.parametrize("factor", [1, 1e3, 1e6, 1e9])
def test_seconds_to_nanoseconds_are_told_apart(factor):
    found = decode({**SPECIFIED, "ts": int(1732233600 * factor)})
    assert found.batch.time_s[0] == 1732233600


def test_named_fields_in_physical_units():
    found = decode({"sn": "A-1", "ts": 1732233600, "d": {"battery_voltage_v": 13.3, "rssi": "x"}})
    assert found.batch.values[0, FIELD_INDEX["battery_voltage_v"]] == 13.3
    assert found.batch.quality[0] == Quality.NO_SEQUENCE


def test_thingsboard_device_and_gateway():
    device = decode(
        {"ts": 1732233600000, "values": {"battery_voltage_v": 12.9}}, THINGSBOARD_DEVICE
    )
    assert device.batch.serials == ("KPK-0142",)
    assert device.batch.time_s.tolist() == [1732233600]
    untimed = decode({"battery_voltage_v": 12.9}, THINGSBOARD_DEVICE)
    assert untimed.batch.time_s.tolist() == [1_732_240_000]
    entry = {"ts": 1732233600000, "values": {"pv_voltage_v": 18}}
    gateway = decode({"A-1": [entry], "A-2": [entry, entry]}, THINGSBOARD_GATEWAY)
    assert [gateway.batch.serials[c] for c in gateway.batch.serial_code] == ["A-1", "A-2", "A-2"]


def test_good_rows_of_a_bad_message_are_kept():
    rows = [[0, 1812], [900, "1813"], [1800, True], [], [None, 1], [2700, 1814]]
    found = decode({**SPECIFIED, "hd": [*rows, [3600, *[1] * 9]]})
    assert found.batch.time_s.tolist() == [1732233600, 1732236300]
    assert found.batch.sequence.tolist() == [18231, 18236]
    assert rejected(found) == {
        "a value that is no number": 2,
        "row without a time offset": 2,
        "more values than data format 1 has": 1,
    }


def test_a_gateways_batch_of_many_serials_and_formats_is_as_its_parts():
    parts = [
        {**SPECIFIED, "sn": "A"},
        {**SPECIFIED, "sn": "B", "rc": 7, "ts": 1732240000},
        {**SPECIFIED, "sn": "C", "df": 2, "hd": [[0, *range(1, 12)]]},
        {"sn": "A", "df": 1, "ts": 1732250000, "hd": [[0, 1]]},
        {**SPECIFIED, "sn": "D", "df": 77},
        {**SPECIFIED, "sn": "E", "hd": []},
    ]
    whole, single = decode(parts), [decode(part) for part in parts]
    expected = ReadingBatch.concat([one.batch for one in single])
    assert [whole.batch.serials[c] for c in whole.batch.serial_code] == list("AABBCA")
    for name in ("time_s", "values", "boot", "sequence", "quality", "device_time_s"):
        np.testing.assert_array_equal(getattr(whole.batch, name), getattr(expected, name), name)
    assert rejected(whole) == {"unknown data format 77": 2, "message without a row": 1}


def test_every_row_is_either_a_reading_or_a_reject():
    rows = [[i, 1] if i % 3 else [i, "x"] for i in range(30)]
    found = decode({**SPECIFIED, "hd": rows})
    assert len(found.batch) == 20
    assert sum(rejected(found).values()) == 10


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "empty payload"),
        (b"{", "no valid JSON"),
        (b"\xff\xfe\xfd", "no valid JSON"),
        (b"null", "neither an object"),
        (b"[]", "a message without readings"),
        (b"{}", "neither rows (hd) nor named fields (d)"),
        (b'{"sn":"A","df":1,"ts":1,"hd":[]}', "without a row"),
        (b'{"sn":"A","df":77,"ts":1,"hd":[[0,1]]}', "unknown data format 77"),
        (b'{"sn":5,"df":1,"ts":1,"hd":[[0,1]]}', "condensed message"),
        (b'{"sn":"","df":1,"ts":1,"hd":[[0,1]]}', "condensed message"),
        (b'{"sn":"A","df":1,"ts":true,"hd":[[0,1]]}', "condensed message"),
        (b'{"sn":"A","df":1,"ts":1,"rc":-4,"hd":[[0,1]]}', "condensed message"),
        (b'{"sn":"A","df":1,"ts":1,"rc":1' + b"0" * 400 + b',"hd":[[0,1]]}', "condensed message"),
        (b'{"sn":"A","df":1,"ts":1' + b"0" * 400 + b',"hd":[[0,1]]}', "no usable base time"),
        (b'{"sn":"A","ts":1,"d":{"battery_voltage_v":"13"}}', "no number: battery_voltage_v"),
        (b'{"sn":"A","ts":1,"d":{"colour":"red"}}', "no field that we know"),
        (
            b'{"sn":"A","ts":1,"rc":1' + b"0" * 400 + b',"d":{"pv_voltage_v":1}}',
            "number is no count",
        ),
        (b'{"sn":"A","ts":1,"b":-1,"rc":1,"d":{"pv_voltage_v":1}}', "number is no count"),
        (b'{"sn":"A","df":1,"ts":1,"hd":[[0,1]],"hd":[[900,2]]}', "a name stands twice"),
        (b'{"A":[{"pv_voltage_v":1}],"A":[{"pv_voltage_v":2}]}', "a name stands twice"),
        (b"\xa2\x62hd\x80\x62hd\x80", "no valid CBOR"),
        (cbor2.dumps(SPECIFIED) * 2, "more bytes follow after the object"),
        (zlib.compress(json.dumps(SPECIFIED).encode()) * 2, "more bytes follow after the zlib"),
        (b"[" * 100_000, "no valid JSON"),
        (b"\x9f" * 100_000, "no valid CBOR"),
        (b"\x9b" + b"\xff" * 8, "no valid CBOR"),
        (zlib.compress(b"{}")[:5], "ends too early"),
        (b"\x78\x9cgarbage", "broken zlib"),
        (zlib.compress(b"0" * 50_000_000), "larger than 192 KB"),
        (b"{" + b" " * 8_000_000, "larger than 192 KB"),
    ],
)
def test_what_cannot_be_read_is_rejected_in_words(payload, reason):
    found = decode(payload)
    assert not len(found.batch)
    assert any(reason in r.reason for r in found.rejects), found.rejects


def test_infinity_is_kept_for_the_range_check_and_nan_is_missing():
    found = decode(b'{"sn":"A","df":1,"ts":1732233600,"hd":[[0,1e999,NaN,1334]]}')
    assert np.isinf(found.batch.values[0, 0])
    assert np.isnan(found.batch.values[0, 1])
    assert found.batch.values[0, 2] == 13.34


def test_content_type_wins_over_the_first_byte():
    payload = json.dumps(SPECIFIED).encode()
    assert len(decode(payload, content_type="application/json").batch) == 2
    assert decode(payload, content_type="application/cbor").rejects


def test_a_message_of_too_many_rows_is_refused_whole():
    found = decode({**SPECIFIED, "hd": [[i, 1] for i in range(2001)]})
    assert not len(found.batch)
    assert rejected(found) == {"more than 2000 rows in a message": 2001}


def test_a_serial_named_like_a_key_is_read_all_the_same():
    assert len(decode({**SPECIFIED, "sn": "hd"}).batch) == 2


def test_a_message_of_nothing_but_different_faults_yields_few_reasons():
    found = decode([{"sn": "A", "df": n, "ts": 1, "hd": [[0]]} for n in range(100, 1100)])
    assert len(found.rejects) <= MAX_REASONS + 1
    assert sum(r.readings for r in found.rejects) == 1000


def test_a_message_the_decoder_stumbles_over_holds_up_nothing(monkeypatch):
    def stumble(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("collector.wire.decode.decode_condensed", stumble)
    found = decode(SPECIFIED)
    assert rejected(found) == {"the decoder stumbles over it: ZeroDivisionError": 1}


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["sn", "df", "ts", "hd", "d", "b", "rc", "values", "battery_voltage_v"]
            ),
            inner,
            max_size=7,
        )
    ),
    max_leaves=30,
)


@settings(max_examples=400, deadline=None)
@given(found=json_like, as_cbor=st.booleans(), topic=st.sampled_from([THINGSBOARD_GATEWAY, ""]))
def test_no_object_whatever_makes_the_decoder_fail(found, as_cbor, topic):
    payload = cbor2.dumps(found) if as_cbor else json.dumps(found).encode()
    decoded = decode(payload, topic or None)
    assert len(decoded.batch) or decoded.rejects


@settings(max_examples=400, deadline=None)
@given(payload=st.binary(max_size=400))
def test_no_bytes_whatever_make_the_decoder_fail(payload):
    decoded = decode(payload)
    assert len(decoded.batch) or decoded.rejects
