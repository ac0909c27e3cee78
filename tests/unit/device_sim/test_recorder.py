import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from collector.domain.registry import Registry
from device_sim import recorder
from device_sim.fault import Episode
from device_sim.faults import known_faults
from device_sim.planning import Lot
from device_sim.recorder import Recorder, TimedWeather, blocks_of
from device_sim.weather import Weather
from tests.fixtures.simulated_field import BOTI, DAY, DAY_S, HAYA, SERIALS, mixed_fleet

FLEET = mixed_fleet()
REGISTRY = Registry((BOTI, HAYA), FLEET.systems, FLEET.assignments)
SPAN_S = (DAY * DAY_S, (DAY + 3) * DAY_S - 3600)
OPEN = Episode("panel_disconnected", SERIALS[11], (DAY + 1) * DAY_S, np.inf)


def recording(folder: Path, episodes: list[Episode], seed: int = 1, **changes: object) -> Recorder:
    made = Recorder(
        REGISTRY,
        Lot(seed, known_faults()),
        episodes,
        SPAN_S,
        folder,
        tell=lambda *_: None,
        stop=lambda: False,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("healthy")
    return folder, recording(folder, []).run()


def table(folder: Path) -> dict[str, np.ndarray]:
    whole = pq.read_table(folder / "readings")
    return {name: whole[name].to_numpy() for name in whole.column_names}


def test_the_account_says_what_was_recorded(healthy):
    folder, account = healthy
    assert account["systems"] == 12
    assert account["days"] == 3
    assert account["rows"] == len(table(folder)["time"])
    assert account["rows"] > 0.9 * 12 * 3 * 96 * (71 / 72)
    for figure in ("cpu_ms_per_system_year", "weather_cpu_s", "peak_rss_mb"):
        assert account[figure] > 0


def test_rows_are_in_order_of_arrival_and_within_the_span(healthy):
    read = table(healthy[0])
    assert (np.diff(read["received"]) >= 0).all()
    assert (read["received"] > read["time"]).all()
    assert read["time"].min() >= SPAN_S[0]
    assert read["received"].max() < SPAN_S[1]
    assert set(read["serial"]) <= set(SERIALS)


def test_the_same_seed_gives_the_same_bytes(healthy, tmp_path):
    recording(tmp_path, []).run()
    for file in sorted(p for p in healthy[0].rglob("*") if p.is_file()):
        assert (tmp_path / file.relative_to(healthy[0])).read_bytes() == file.read_bytes()


def test_another_seed_gives_another_field(healthy, tmp_path):
    recording(tmp_path, [], seed=2).run()
    assert not np.array_equal(table(tmp_path)["received"], table(healthy[0])["received"])


def test_a_fault_leaves_every_other_system_untouched(healthy, tmp_path):
    recording(tmp_path, [OPEN]).run()
    sound, struck = table(healthy[0]), table(tmp_path)
    for serial in SERIALS:
        same = [
            np.array_equal(
                sound[name][sound["serial"] == serial],
                struck[name][struck["serial"] == serial],
                equal_nan=name not in {"serial", "time", "received"},
            )
            for name in sound
        ]
        assert all(same) == (serial != OPEN.serial), serial


def test_answers_and_registry_are_written_beside(healthy, tmp_path):
    recording(tmp_path, [OPEN]).run()
    with (tmp_path / "answers.csv").open() as file:
        assert [(r["serial"], r["fault"]) for r in csv.DictReader(file)] == [
            (OPEN.serial, OPEN.fault)
        ]
    assert len((healthy[0] / "answers.csv").read_text().splitlines()) == 1
    assert len((tmp_path / "registry.csv").read_text().splitlines()) == 13
    assert (tmp_path / "events.csv").read_text().startswith("serial,time,event")


def test_the_size_of_the_blocks_changes_nothing(healthy, tmp_path, monkeypatch):
    monkeypatch.setattr(recorder, "BLOCK_SYSTEMS", 1)
    assert len(list(blocks_of(REGISTRY, 1))) == 2
    recording(tmp_path, []).run()
    whole, parts = table(healthy[0]), table(tmp_path)
    for serial in SERIALS:
        for name in ("time", "received", "battery_voltage_v"):
            assert np.array_equal(
                whole[name][whole["serial"] == serial], parts[name][parts["serial"] == serial]
            )


def test_a_stopped_recording_has_no_answers(tmp_path):
    asked = iter([False, True, True, True])
    account = recording(tmp_path, [], stop=lambda: next(asked)).run()
    assert account["days"] < 3
    assert not (tmp_path / "answers.csv").exists()


def test_timed_weather_is_the_weather_and_knows_its_cost():
    timed, plain = TimedWeather((BOTI, HAYA), 1), Weather((BOTI, HAYA), 1)
    for day in range(DAY, DAY + 20):
        assert np.array_equal(timed.day(day).beam, plain.day(day).beam)
    assert timed.cpu_s > 0


def test_the_hidden_capacity_of_the_whole_fleet_is_written_beside(healthy):
    hidden = pq.read_table(healthy[0] / "capacity.parquet").to_pylist()
    assert sorted(row["serial"] for row in hidden) == sorted(SERIALS)
    assert all(0.7 < row["capacity"] < 1.1 for row in hidden)


@pytest.mark.slow
def test_a_months_recording_holds_what_real_telemetry_is_like(tmp_path):
    month = (SPAN_S[0], SPAN_S[0] + 30 * DAY_S)
    noon = SPAN_S[0] + 5.5 * DAY_S
    down = [Episode("silent", s, noon, noon + 2 * DAY_S) for s in SERIALS[:4]]
    gap = Episode("silent", SERIALS[7], SPAN_S[0] - DAY_S, np.inf)
    stuck = Episode(
        "sensor_fault",
        SERIALS[8],
        SPAN_S[0] - DAY_S,
        np.inf,
        1.0,
        {"meter": 3.0, "stuck": 1.0, "offset_a": 0.0, "drift_days": 0.0},
    )
    recording(tmp_path, [*down, gap, stuck], span_s=month).run()
    read = table(tmp_path)
    rows = list(zip(read["serial"].tolist(), read["time"].tolist(), strict=True))
    assert 0.001 < 1.0 - len(set(rows)) / len(rows) < 0.01
    assert (np.diff(read["received"]) >= 0).all()
    assert (read["received"] - read["time"]).max() > 6 * 3600
    volts = read["battery_voltage_v"]
    glitches = volts < 1.0
    assert 0 < glitches.mean() < 3e-4
    cents = 100.0 * volts[~glitches]
    assert np.allclose(cents, np.rint(cents), atol=2e-2)
    assert SERIALS[7] not in read["serial"]
    while_down = (read["time"] > noon) & (read["time"] < noon + 2 * DAY_S)
    assert not np.isin(read["serial"][while_down], SERIALS[:4]).any()
    assert np.isin(SERIALS[4], read["serial"][while_down])
    hung = (read["serial"] == SERIALS[8]) & (read["time"] // DAY_S == DAY + 9)
    assert np.unique(volts[hung]).size == 1
