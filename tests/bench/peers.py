"""The names everybody uses, beside us: RdTools and solar-data-tools on one system-year.

They answer more about fewer things: long-term loss rates and soiling ratios with confidence
intervals, from panel power alone. They do not judge batteries, loads, lamps or clocks, and are made
for some systems at a time.
"""

import json
import os
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.analytics import dirty_year, one_year

PEERS = {"rdtools": "rdtools", "solardatatools": "solar-data-tools"}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
LONGEST_S = 900


def measure_peers(folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """CPU seconds each peer takes for a system-year; what cannot be had is said, not guessed."""
    folder.mkdir(parents=True, exist_ok=True)
    year = folder / "year.npz"
    block = one_year()
    power_w = block["pv_voltage_v"][0] * block["pv_current_a"][0]
    readings = {"time_s": block.time_s, "power_w": np.nan_to_num(power_w)}
    np.savez(year, **readings, normal_yield=dirty_year())
    return {name: _peer(folder, name, year, say) for name in PEERS}


def _peer(folder: Path, name: str, year: Path, say: Callable[[str], None]) -> dict[str, Any]:
    python = folder / name / "bin" / "python"
    if not python.exists():
        say(f"{PEERS[name]} is installed into {python.parent.parent}")
        venv.create(folder / name, with_pip=True)
        installed = subprocess.run(
            [python, "-m", "pip", "install", "-q", PEERS[name]],
            capture_output=True,
            text=True,
            check=False,
        )
        if installed.returncode:
            return {"left_out": installed.stderr.strip()[-300:]}
    say(f"{PEERS[name]} on one system-year")
    script = Path(__file__).with_name(f"peer_{name}.py")
    try:
        ended = subprocess.run(
            [python, script, year],
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": ""},
        )
    except subprocess.TimeoutExpired:
        return {"left_out": f"it took more than {LONGEST_S} s"}
    if ended.returncode:
        return {"left_out": ended.stderr.strip()[-300:]}
    return json.loads(ended.stdout.strip().splitlines()[-1])
