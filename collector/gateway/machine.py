"""What this machine can say of itself: supply, disk, signal, temperature. None where it cannot."""

import shutil
import subprocess
from pathlib import Path

_THERMAL = Path("sys/class/thermal/thermal_zone0/temp")
_SUPPLIES = "sys/class/power_supply/*/voltage_now"
_ASK_LIMIT_S = 5.0


def temperature_c(root: Path = Path("/")) -> float | None:
    """Of the processor."""
    thousandths = _number(root / _THERMAL)
    return None if thousandths is None else thousandths / 1000


def supply_v(root: Path = Path("/")) -> float | None:
    """What feeds the machine: a supply the kernel measures, or a Raspberry Pi 5's own 5 V."""
    for file in sorted(root.glob(_SUPPLIES)):
        if microvolts := _number(file):
            return microvolts / 1e6
    said = _ask("vcgencmd", "pmic_read_adc", "EXT5V_V")
    value = said.rpartition("=")[2].strip().removesuffix("V") if said else ""
    return _float(value)


def disk_free_mb(folder: Path) -> int | None:
    """Room for the outbox."""
    try:
        return shutil.disk_usage(folder).free // 2**20
    except OSError:
        return None


def signal_dbm() -> int | None:
    """Strength at the modem that ModemManager has found first."""
    said = _ask("mmcli", "--modem=any", "--signal-get", "--output-keyvalue")
    for line in (said or "").splitlines():
        name, _, value = line.partition(":")
        if name.strip().endswith((".rssi", ".rsrp")) and (level := _float(value.strip())):
            return round(level)
    return None


def _ask(program: str, *words: str) -> str | None:
    path = shutil.which(program)
    if path is None:
        return None
    try:
        done = subprocess.run(
            [path, *words], capture_output=True, text=True, timeout=_ASK_LIMIT_S, check=True
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout


def _number(file: Path) -> float | None:
    try:
        return _float(file.read_text())
    except (OSError, UnicodeDecodeError):
        return None


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
