"""The Parquet files of a record, whatever types they came in."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.indicators.day_view import FIELDS_READ
from analytics.replay import readings
from analytics.replay.readings import ReadingFiles
from analytics.replay.registry import RecordError

DAY = 20_000
TIMES = DAY * 86_400 + np.arange(0, 2 * 86_400, 21_600)
VOLTS = FIELDS_READ.index("battery_voltage_v")


def table(**columns):
    usual = {
        "serial": pa.array(["A", "B"] * 4),
        "time": pa.array(TIMES),
        "received": pa.array(TIMES + 30),
        "battery_voltage_v": pa.array([12.0, None, *[13.0] * 6], pa.float32()),
    }
    return pa.table({k: v for k, v in (usual | columns).items() if v is not None})


@pytest.fixture
def read(tmp_path):
    def days(*tables, serials=("A", "B")):
        for i, one in enumerate(tables):
            pq.write_table(one, tmp_path / f"{i:03}.parquet")
        files = ReadingFiles(tmp_path, serials)
        return dict(files.days()), files

    return days


def test_rows_come_day_by_day_of_receipt(read):
    days, files = read(table())
    assert list(days) == [DAY, DAY + 1]
    assert [len(rows) for rows in days.values()] == [4, 4]
    assert days[DAY].system.tolist() == [0, 1, 0, 1]
    assert days[DAY].time_s.tolist() == TIMES[:4].tolist()
    assert days[DAY].values[VOLTS, 0] == 12.0
    assert files.rows == 8


def test_missing_values_and_missing_columns_are_missing(read):
    days, _ = read(table())
    assert np.isnan(days[DAY].values[VOLTS, 1])
    assert np.isnan(np.delete(days[DAY].values, VOLTS, axis=0)).all()


@pytest.mark.parametrize(
    "times",
    [
        pa.array(TIMES.astype(float)),
        pa.array(TIMES.astype("datetime64[s]")),
        pa.array(TIMES.astype("datetime64[s]").astype("datetime64[us]"), pa.timestamp("us", "UTC")),
        pa.array(TIMES.astype(np.int32)),
    ],
)
def test_times_of_every_type_are_the_same_moments(read, times):
    days, _ = read(table(time=times, received=times))
    assert np.concatenate([rows.time_s for rows in days.values()]).tolist() == TIMES.tolist()


@pytest.mark.parametrize(
    "volts",
    [
        pa.array([12.5] * 8, pa.float64()),
        pa.array([12] * 8, pa.int64()),
        pa.nulls(8),
        pa.array([None] * 8, pa.float32()),
    ],
)
def test_numbers_of_every_type_are_read(read, volts):
    days, _ = read(table(battery_voltage_v=volts))
    wanted = 12.5 if volts.type == pa.float64() else 12.0 if volts.type == pa.int64() else np.nan
    np.testing.assert_array_equal(days[DAY].values[VOLTS], np.full(4, wanted, np.float32))


@pytest.mark.parametrize(
    "serials",
    [
        pa.array(["A", "B"] * 4).dictionary_encode(),
        pa.array(["A", "B"] * 4, pa.large_string()),
    ],
)
def test_serials_are_read_however_they_are_written(read, serials):
    days, _ = read(table(serial=serials))
    assert days[DAY].system.tolist() == [0, 1, 0, 1]


def test_serials_that_are_numbers_are_names_too(read):
    days, _ = read(table(serial=pa.array([1, 2] * 4)), serials=("1", "2"))
    assert days[DAY].system.tolist() == [0, 1, 0, 1]


def test_unknown_and_missing_serials_are_left_out_and_counted(read):
    days, files = read(table(serial=pa.array(["A", "X", None, "B"] * 2)))
    assert days[DAY].system.tolist() == [0, 1]
    assert files.unknown == {"X"}


@pytest.mark.parametrize("column", ["time", "received"])
@pytest.mark.parametrize("row", [0, 3])
def test_rows_without_a_time_are_left_out_and_counted(read, column, row):
    times = [None if i == row else t for i, t in enumerate(TIMES.tolist())]
    days, files = read(table(**{column: pa.array(times, pa.int64())}))
    assert [len(rows) for rows in days.values()] == [3, 4]
    assert files.without_time == 1


def test_files_follow_one_another_by_name_and_days_go_across(read):
    days, _ = read(table().slice(0, 2), table().slice(2))
    assert [len(rows) for rows in days.values()] == [4, 4]


def test_a_row_out_of_order_counts_as_received_with_those_before_it(read):
    received = TIMES + 30
    received[6] = received[0]
    days, _ = read(table(received=pa.array(received)))
    assert list(days) == [DAY, DAY + 1]
    assert len(days[DAY + 1]) == 4


def test_a_receipt_of_another_age_is_left_out_and_moves_no_other(read):
    received = TIMES + 30
    received[2] = 4_000_000_000
    days, files = read(table(received=pa.array(received)))
    assert list(days) == [DAY, DAY + 1]
    assert files.without_time == 1


@pytest.mark.parametrize("time", [np.inf, -1e300, 1e200])
def test_a_time_beyond_all_clocks_is_no_time(read, time):
    times = TIMES.astype(float)
    times[1] = time
    days, files = read(table(time=pa.array(times)))
    assert files.without_time == 1
    assert days[DAY].time_s.tolist() == [TIMES[0], *TIMES[2:4]]


def test_the_share_that_is_read_grows_within_a_file(read, tmp_path, monkeypatch):
    monkeypatch.setattr(readings, "_ROWS_AT_ONCE", 2)
    pq.write_table(table(), tmp_path / "a.parquet")
    files = ReadingFiles(tmp_path, ("A", "B"))
    size = files.bytes_of[0]
    seen = [files.bytes_read / size for _ in files.days()]
    assert 0 < seen[0] < 1
    assert files.bytes_read == size


def test_files_without_a_row_or_a_byte_say_nothing(read, tmp_path):
    (tmp_path / "zzz.parquet").write_bytes(b"")
    days, files = read(table().slice(0, 0))
    assert days == {}
    assert files.rows == 0


def test_a_broken_file_is_named(read, tmp_path):
    (tmp_path / "zzz.parquet").write_bytes(b"this is no parquet")
    with pytest.raises(RecordError, match=r"zzz\.parquet"):
        read(table())


def test_a_folder_without_files_and_a_file_without_time_are_named(read, tmp_path):
    with pytest.raises(RecordError, match="no Parquet file"):
        ReadingFiles(tmp_path, ["A"])
    with pytest.raises(RecordError, match="missing: received"):
        read(table(received=None))
