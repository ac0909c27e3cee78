"""The public field record in its published layout: a tiny one of our own making."""

import io
import zipfile
from datetime import UTC, date, datetime

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from analytics import command
from analytics.evaluate.aitio import read_meta, telemetry
from analytics.evaluate.aitio_record import make_record
from analytics.evaluate.answers import read_answers
from analytics.replay.registry import RecordError, read_registry

START = int(datetime(2018, 1, 1, tzinfo=UTC).timestamp())
DAYS = 40


def rows(days=DAYS, every=300):
    """Time, current (negative = charging), volts, degC."""
    time = START + np.arange(0, days * 86_400, every)
    hour = time / 3_600 % 24
    amps = np.where((hour > 7) & (hour < 15), -2.0, np.where(hour > 17, 1.0, 0.05))
    return np.column_stack([time, amps, 12.6 - 0.1 * amps, np.full(time.size, 27.0)])


def npz(array):
    held = io.BytesIO()
    np.savez_compressed(held, array)
    return held.getvalue()


@pytest.fixture
def downloaded(tmp_path):
    folder = tmp_path / "downloaded"
    folder.mkdir()
    lines = ["uid,activation,repair,lifetime,repaired"]
    with zipfile.ZipFile(folder / "set_0.zip", "w") as archive:
        for i in range(6):
            archive.writestr(f"set_0/B{i}.npz", npz(rows()))
            repair = "2018-01-31" if i == 2 else ""
            lines.append(f"B{i},2017-06-0{i + 1},{repair},{200 + i},{bool(repair)}")
    (folder / "meta_data.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_the_sheet_tells_when_a_battery_failed(downloaded):
    meta = read_meta(downloaded)
    assert len(meta) == 6
    assert meta["B2"].repaired_on == date(2018, 1, 31)
    assert meta["B3"].repaired_on is None
    assert meta["B3"].activated_on == date(2017, 6, 4)


def test_unpacked_files_and_turned_arrays_are_read_as_well(tmp_path):
    np.save(tmp_path / "B7.npy", rows().T)
    ((uid, found),) = telemetry(tmp_path)
    assert uid == "B7"
    np.testing.assert_array_equal(found, rows())


def test_the_record_has_our_signs_and_nothing_after_a_repair(downloaded, tmp_path):
    assert make_record(downloaded, tmp_path / "rec") == 6
    table = pq.read_table(tmp_path / "rec/readings")
    received = table.column("received").to_numpy()
    assert (np.diff(received) >= 0).all()
    noon = table.column("time").to_numpy() % 86_400 == 12 * 3_600
    assert (table.column("battery_current_a").to_numpy()[noon] == 2.0).all()
    repaired = np.array(table.column("serial").to_pylist()) == "B2"
    assert repaired.sum() == 30 * 96
    assert (~repaired).sum() == 5 * DAYS * 96
    (answer,) = read_answers(tmp_path / "rec/answers.csv")
    assert answer.dark_from_s == datetime(2018, 1, 31, tzinfo=UTC).timestamp()
    registry = read_registry(tmp_path / "rec/registry.csv")
    assert {s.battery_ah for s in registry.systems} == {20.0}
    assert registry.installed["B0"] == date(2017, 6, 1)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("set_1.zip", b"not a zip", "download it again"),
        ("B9.npz", b"not an array", "B9.npz"),
    ],
)
def test_broken_files_are_named(downloaded, tmp_path, name, content, message):
    (downloaded / name).write_bytes(content)
    with pytest.raises(RecordError, match=message):
        make_record(downloaded, tmp_path / "rec")


def test_a_folder_without_the_set_is_said(downloaded, tmp_path):
    (downloaded / "set_0.zip").unlink()
    with pytest.raises(RecordError, match=r"set_0\.zip"):
        make_record(downloaded, tmp_path / "rec")


@pytest.mark.slow
def test_the_whole_way_from_download_to_figures(downloaded, tmp_path):
    work = tmp_path / "work"
    words = ["evaluate", "--aitio", str(downloaded), "--work", str(work)]
    told = CliRunner().invoke(command.app, words)
    assert told.exit_code == 0, told.output
    assert "6 systems of 6 villages" in told.output
    assert "field data" in told.output
    assert (work / "replayed/forecasts.csv").is_file()
    again = CliRunner().invoke(command.app, words)
    assert again.exit_code == 2
    assert "not empty" in again.output


def test_a_missing_sheet_is_said(tmp_path):
    told = CliRunner().invoke(command.app, ["evaluate", "--aitio", str(tmp_path)])
    assert told.exit_code == 2
    assert "meta_data.csv" in told.output
