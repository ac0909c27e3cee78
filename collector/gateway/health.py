"""What the gateway says of itself on its birth and state topics."""

import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from collector.gateway.config import GatewayConfig
from collector.gateway.outbox import Outbox

_THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")


def software_version() -> str:
    """Version of the installed package, "0" when it runs from a bare checkout."""
    try:
        return version("suluh")
    except PackageNotFoundError:
        return "0"


def birth(config: GatewayConfig, outbox: Outbox, data_formats: list[int]) -> dict[str, Any]:
    """Identity, retained by the broker."""
    return {
        "gw": config.gateway,
        "model": "suluh-gateway",
        "firmware": software_version(),
        "df": data_formats,
        "interval_s": config.interval_s,
        "b": max(outbox.boots().values(), default=0),
    }


def state(config: GatewayConfig, outbox: Outbox) -> dict[str, Any]:
    """How it is doing; what this machine cannot measure is left out."""
    disk = shutil.disk_usage(Path(config.outbox).parent)
    said: dict[str, Any] = {
        "state": "online",
        "version": software_version(),
        "outbox_rows": outbox.counts().waiting,
        "disk_free_mb": disk.free // 2**20,
    }
    if (temperature_c := _temperature_c()) is not None:
        said["temperature_c"] = temperature_c
    return said


OFFLINE = {"state": "offline"}
"""The last will: what the broker says when the gateway is gone."""


def _temperature_c() -> float | None:
    try:
        return int(_THERMAL.read_text()) / 1000
    except (OSError, ValueError):
        return None
