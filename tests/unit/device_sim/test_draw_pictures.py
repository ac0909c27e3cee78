from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from device_sim.draw_pictures import draw_discharge, draw_real_days, main, real_days
from device_sim.drive import fit_draw, half_gone

ROOT = Path(__file__).resolve().parents[3]
RECORD = ROOT.parent / "shared" / "data" / "real" / "offgrid_12v_2020-05.csv"
needs_record = pytest.mark.skipif(not RECORD.exists(), reason="needs the recorded days beside us")


def small_registry(folder: Path) -> Path:
    """The pilot's first forty rows."""
    lines = (ROOT / "deploy/pilot/registry.csv").read_text(encoding="utf-8").splitlines()
    file = folder / "registry.csv"
    file.write_text("\n".join(lines[:41]) + "\n", encoding="utf-8")
    return file


def test_the_pictures_are_written(tmp_path):
    registry = small_registry(tmp_path)
    main(["--registry", str(registry), "--out", str(tmp_path / "p"), "--days", "2"])
    files = sorted(file.name for file in (tmp_path / "p").iterdir())
    assert files == ["discharge.svg", "median-voltage.svg", "out-in.svg", "use.svg"]


def test_the_pictures_that_are_kept_are_small_and_whole():
    kept = sorted((ROOT / "device_sim/pictures").glob("*.svg"))
    assert len(kept) == 5
    readme = (ROOT / "device_sim/README.md").read_text(encoding="utf-8")
    for file in kept:
        assert file.stat().st_size < 60_000
        ET.parse(file)
        assert f"pictures/{file.name}" in readme


def points(svg: str) -> np.ndarray:
    """Corners of every curve of a picture, one after another, in its pixels."""
    curves = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}polyline")
    pairs = [pair for curve in curves for pair in curve.get("points", "").split()]
    return np.array([[float(v) for v in pair.split(",")] for pair in pairs])


def test_the_discharge_that_is_kept_is_what_the_model_gives_today():
    """Red when the battery changed: draw the pictures again, and the tables of README.md."""
    kept = (ROOT / "device_sim/pictures/discharge.svg").read_text(encoding="utf-8")
    assert points(kept) == pytest.approx(points(draw_discharge().svg()), abs=1.0)


def test_a_record_is_read_and_drawn(tmp_path):
    file = tmp_path / "days.csv"
    rows = "\n".join(f"{12.7 + 0.001 * i},0.0" for i in range(8))
    file.write_text(f"battery_voltage_v,charge_current_a\n{rows}\n", encoding="utf-8")
    charge, volts = real_days(file)
    assert charge.tolist() == [0.0] * 8
    assert volts[0] == 12.7
    assert len(draw_real_days(file).lines) == 3


@needs_record
@pytest.mark.parametrize(("rated_ah", "worn", "most_v"), [(65.0, False, 0.21), (12.0, True, 0.31)])
def test_three_recorded_days_are_followed(rated_ah, worn, most_v):
    """As well as README.md says, and far better at night than a straight line is overall."""
    charge, volts = real_days(RECORD)
    assert volts.size == 288
    draws = np.arange(0.0, 0.1005, 0.001)
    condition = half_gone(draws.size) if worn else None
    fit = fit_draw((charge, volts), rated_ah, 25.0, draws, condition)
    assert fit.rmse_v < most_v < 0.6 * volts.std()
    assert fit.night_rmse_v < 0.12
