import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from device_sim.arrivals import COLUMNS, Rows
from device_sim.recording import ReadingFiles

DAY, DAY_S = 20_500, 86_400


def rows(count: int) -> Rows:
    values = np.arange(6 * count, dtype=np.float32).reshape(6, count)
    values[3, 0] = np.nan
    time_s = DAY * DAY_S + np.arange(count, dtype=np.int64)
    return Rows(np.arange(count, dtype=np.int32) % 2, time_s, time_s + 5, values)


def test_a_day_is_a_file_that_any_reader_understands(tmp_path):
    with ReadingFiles(tmp_path / "readings", ("KPK-0001", "KPK-0002")) as files:
        files.begin(DAY)
        files.write(rows(3))
        files.write(rows(2))
        files.begin(DAY + 1)
    assert files.rows == 5
    names = sorted(p.name for p in (tmp_path / "readings").iterdir())
    assert names == ["2026-02-16.parquet", "2026-02-17.parquet"]
    table = pq.read_table(tmp_path / "readings" / names[0])
    assert table.column_names == ["serial", "time", "received", *COLUMNS]
    assert table.schema.field("serial").type == pa.string()
    assert {table.schema.field(name).type for name in COLUMNS} == {pa.float32()}
    serials = ["KPK-0001", "KPK-0002", "KPK-0001", "KPK-0001", "KPK-0002"]
    assert table["serial"].to_pylist() == serials
    assert table["battery_current_a"].to_pylist()[:3] == [None, 10.0, 11.0]
    assert table["battery_current_a"].null_count == 2


def test_an_unfinished_day_bears_another_name(tmp_path):
    files = ReadingFiles(tmp_path, ("A", "B"))
    files.begin(DAY)
    assert [p.suffix for p in tmp_path.iterdir()] == [".part"]
    files.close()
    assert [p.suffix for p in tmp_path.iterdir()] == [".parquet"]


def test_rows_need_a_day(tmp_path):
    with pytest.raises(ValueError, match="begin"):
        ReadingFiles(tmp_path, ("A",)).write(rows(1))
