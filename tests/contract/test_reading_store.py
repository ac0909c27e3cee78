"""One suite for every store of readings: what the port promises, on real stores."""

from contextlib import suppress

import numpy as np
import pytest

from collector.domain.fields import FIELD_INDEX, FIELD_NAMES, FIELDS
from collector.domain.reading import Quality, ReadingBatch
from collector.store import duckdb as duckdb_store
from collector.store.duckdb import DuckDbStore
from collector.store.influx import InfluxStore
from collector.store.port import StoreUnavailableError

MIDNIGHT_S = 1_732_233_600
DAY_S = 86_400


@pytest.fixture(params=["duckdb", pytest.param("influxdb", marks=pytest.mark.influxdb)])
def store(request, tmp_path):
    if request.param == "duckdb":
        opened = DuckDbStore(tmp_path / "readings.duckdb")
    else:
        server = request.getfixturevalue("influxdb")
        opened = InfluxStore(server.url, server.token, server.org, server.new_bucket())
    yield opened
    opened.close()


def readings(serial="KPK-0001", rows=4, start_s=MIDNIGHT_S, step_s=900, village="Boti"):
    values = np.full((rows, len(FIELDS)), np.nan)
    values[:, FIELD_INDEX["battery_voltage_v"]] = 12.5 + np.arange(rows) / 100
    values[:, FIELD_INDEX["pv_current_a"]] = 0.25
    batch = ReadingBatch.of(
        serial,
        start_s + step_s * np.arange(rows),
        values,
        boot=7,
        first_sequence=100,
        received_s=start_s + 5000.0,
    )
    batch.villages = (village,)
    return batch


def same(found, sent):
    assert [found.serials[c] for c in found.serial_code] == [
        sent.serials[c] for c in sent.serial_code
    ]
    assert [found.villages[c] for c in found.village_code] == [
        sent.villages[c] for c in sent.village_code
    ]
    for name in ("time_s", "values", "boot", "sequence", "device_time_s", "received_s", "quality"):
        np.testing.assert_array_equal(getattr(found, name), getattr(sent, name), err_msg=name)


def test_what_went_in_comes_out_to_the_last_digit(store):
    sent = readings()
    sent.values[2] = [18.12, 0.1 + 0.2, 13.34, -0.61, 1e-9, -4.5, 12.0, 55, 1, 2, 3, 70]
    sent.quality[1] = Quality.OUT_OF_RANGE
    store.write(sent)
    same(store.rows("KPK-0001", MIDNIGHT_S, MIDNIGHT_S + DAY_S), sent)


def test_the_same_reading_twice_changes_nothing(store):
    sent = readings()
    store.write(sent)
    store.write(ReadingBatch.concat([sent, sent]))
    assert store.count() == 4
    same(store.rows("KPK-0001", 0, MIDNIGHT_S + DAY_S), sent)


def test_another_reading_on_the_same_key_replaces_it_wholly(store):
    first, second = readings(rows=1), readings(rows=1)
    second.values[:] = np.nan
    second.values[0, FIELD_INDEX["battery_voltage_v"]] = 11.1
    store.write(first)
    store.write(second)
    found = store.rows("KPK-0001", 0, MIDNIGHT_S + DAY_S)
    assert store.count() == 1
    assert found.values[0, FIELD_INDEX["battery_voltage_v"]] == 11.1


def test_late_and_out_of_order_rows_come_back_in_order_of_time(store):
    sent = readings(rows=6)
    store.write(sent.take(np.array([5, 3])))
    store.write(sent.take(np.array([4, 0, 2, 1])))
    same(store.rows("KPK-0001", 0, MIDNIGHT_S + DAY_S), sent)


def test_a_reading_without_any_value_is_kept(store):
    sent = readings(rows=1)
    sent.values[:] = np.nan
    store.write(sent)
    assert store.count() == 1
    same(store.rows("KPK-0001", 0, MIDNIGHT_S + DAY_S), sent)


def test_readings_without_boot_and_sequence_are_kept(store):
    sent = readings(rows=2)
    sent.boot[:], sent.sequence[:] = np.nan, np.nan
    store.write(sent)
    same(store.rows("KPK-0001", 0, MIDNIGHT_S + DAY_S), sent)


def test_latest_is_the_newest_of_each_serial_in_the_order_asked_for(store):
    store.write(ReadingBatch.concat([readings("KPK-0002"), readings("KPK-0001", rows=2)]))
    found = store.latest(["KPK-0001", "KPK-9999", "KPK-0002"])
    assert [found.serials[c] for c in found.serial_code] == ["KPK-0001", "KPK-0002"]
    assert found.time_s.tolist() == [MIDNIGHT_S + 900, MIDNIGHT_S + 2700]


def test_a_days_block_of_many_systems(store):
    serials = [f"KPK-{i:04d}" for i in range(600)]
    store.write(ReadingBatch.concat([readings(s, rows=96) for s in serials]))
    window = (MIDNIGHT_S, MIDNIGHT_S + DAY_S)
    block = store.block(["KPK-9999", *serials], window, 900, ("battery_voltage_v", "soc_percent"))
    assert block["battery_voltage_v"].shape == (601, 96)
    assert np.isnan(block["battery_voltage_v"][0]).all()
    assert np.isnan(block["soc_percent"]).all()
    assert block.rows[1:].tolist() == [[1] * 96] * 600
    np.testing.assert_allclose(block["battery_voltage_v"][600], 12.5 + np.arange(96) / 100)


def test_a_blocks_window_is_half_open_and_its_cells_keep_the_last_reading(store):
    store.write(readings(rows=5, step_s=450))
    block = store.block(["KPK-0001"], (MIDNIGHT_S, MIDNIGHT_S + 1800), 900, ("battery_voltage_v",))
    np.testing.assert_allclose(block["battery_voltage_v"], [[12.51, 12.53]])
    assert block.rows.tolist() == [[2, 2]]


def days_of(found):
    """The answer of ``arrived`` as pairs of serial and days since midnight of the suite."""
    first = MIDNIGHT_S // DAY_S
    codes = zip(found.serial_code.tolist(), found.day.tolist(), strict=True)
    pairs = [(found.serials[code], day - first) for code, day in codes]
    assert len(pairs) == len(set(pairs))
    return set(pairs)


WEEK = (MIDNIGHT_S - DAY_S, MIDNIGHT_S + 6 * DAY_S)


def received(at_s, *args, **kwargs):
    batch = readings(*args, **kwargs)
    batch.received_s[:] = at_s
    return batch


def test_what_arrived_in_a_time_is_told_by_device_and_day(store):
    """Two devices in time, one of them two days late."""
    late = MIDNIGHT_S + 3 * DAY_S
    store.write(received(MIDNIGHT_S + DAY_S, "KPK-0001", rows=96))
    store.write(received(MIDNIGHT_S + DAY_S + 0.25, "it's, 2"))
    store.write(received(late, "KPK-0001", start_s=MIDNIGHT_S + DAY_S - 900, rows=3))
    assert days_of(store.arrived(WEEK, late, late + 1)) == {("KPK-0001", 0), ("KPK-0001", 1)}
    assert days_of(store.arrived(WEEK, 0, late)) == {("KPK-0001", 0), ("it's, 2", 0)}
    assert days_of(store.arrived(WEEK, MIDNIGHT_S + DAY_S + 0.125, late)) == {("it's, 2", 0)}


def test_the_times_in_which_something_arrived_are_half_open(store):
    store.write(received(MIDNIGHT_S + 500.5, rows=1))
    assert days_of(store.arrived(WEEK, 0, MIDNIGHT_S + 500.5)) == set()
    assert days_of(store.arrived(WEEK, MIDNIGHT_S + 500.5, 9e9)) == {("KPK-0001", 0)}
    assert days_of(store.arrived((MIDNIGHT_S, MIDNIGHT_S + 1), 0, 9e9)) == {("KPK-0001", 0)}
    assert days_of(store.arrived((MIDNIGHT_S + 1, MIDNIGHT_S + 900), 0, 9e9)) == set()


def test_a_reading_that_is_replaced_arrived_when_its_successor_did(store):
    store.write(received(MIDNIGHT_S + 1000.0, rows=1))
    store.write(received(MIDNIGHT_S + 9000.0, rows=1))
    assert days_of(store.arrived(WEEK, 0, MIDNIGHT_S + 5000.0)) == set()
    assert days_of(store.arrived(WEEK, MIDNIGHT_S + 5000.0, 9e9)) == {("KPK-0001", 0)}


def test_a_reading_of_unknown_receipt_never_arrived(store):
    store.write(received(np.nan))
    assert days_of(store.arrived(WEEK, 0, 9e9)) == set()


def test_an_empty_store_answers_with_nothing(store):
    assert store.count() == 0
    assert len(store.rows("KPK-0001", 0, MIDNIGHT_S)) == 0
    assert len(store.latest(["KPK-0001"])) == 0
    assert len(store.latest([])) == 0
    assert store.arrived((0, MIDNIGHT_S), 0.0, 9e9).day.size == 0
    assert store.block([], (0, 900), 900, FIELD_NAMES).rows.shape == (0, 1)
    store.write(ReadingBatch.empty())
    assert store.count() == 0


@pytest.mark.parametrize("odd", ["KPK 1,2=3", "it's", 'quo"te', "back\\slash", "naïve-é"])
def test_odd_labels_are_kept_apart(store, odd):
    sent = readings(odd, rows=2, village="Tiang Bendera, 'x'")
    store.write(ReadingBatch.concat([sent, readings("KPK-0001", rows=1)]))
    same(store.rows(odd, 0, MIDNIGHT_S + DAY_S), sent)
    same(store.latest([odd]), sent.take(np.array([1])))


def test_a_second_process_on_the_same_file_is_told_so(tmp_path):
    import subprocess
    import sys

    held = DuckDbStore(tmp_path / "readings.duckdb")
    code = (
        "import sys,pathlib\nfrom collector.store.duckdb import DuckDbStore\n"
        "from collector.store.port import StoreUnavailableError\n"
        "try: DuckDbStore(pathlib.Path(sys.argv[1]))\n"
        "except StoreUnavailableError as e: print(e)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "readings.duckdb")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "another Suluh" in found.stdout
    held.close()


def test_a_server_out_of_reach_is_a_fault_that_passes():
    store = InfluxStore("http://127.0.0.1:9", "t", "suluh", "readings")
    with pytest.raises(StoreUnavailableError):
        store.write(readings())
    with pytest.raises(StoreUnavailableError):
        store.count()
    store.close()


def test_what_does_not_fit_into_its_memory_is_not_kept_in_part_and_the_file_stays_usable(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(duckdb_store, "MEMORY_MB", 16)
    store = DuckDbStore(tmp_path / "readings.duckdb")
    with pytest.raises(StoreUnavailableError, match="Memory"):
        store.write(readings(rows=100_000))
    store.write(readings(rows=10))
    assert store.count() == 10
    store.close()


def test_what_does_not_fit_is_given_room_when_it_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(duckdb_store, "MEMORY_MB", 16)
    store, tries = DuckDbStore(tmp_path / "readings.duckdb"), 0
    while not store.count():
        tries += 1
        assert tries < 8
        with suppress(StoreUnavailableError):
            store.write(readings(rows=100_000))
    assert (tries > 1, store.count()) == (True, 100_000)
    store.close()
