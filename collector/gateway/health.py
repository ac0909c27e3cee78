"""What the gateway says of itself on its birth and state topics."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from collector.gateway.config import GatewayConfig
from collector.gateway.machine import disk_free_mb, signal_dbm, supply_v, temperature_c
from collector.gateway.outbox import Outbox

OFFLINE = {"state": "offline"}
"""The last will: what the broker says when the gateway is gone."""


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


def state(
    config: GatewayConfig,
    outbox: Outbox,
    revision: str,
    release: tuple[str, str],
    *,
    clock_set: bool,
) -> dict[str, Any]:
    """How it is doing; null is what this machine cannot measure.

    ``release`` is the name of the version that an update brought, and what is done about updates.
    """
    counts, boots = outbox.counts(), outbox.boots()
    return {
        "state": "online",
        "supply_v": supply_v(),
        "disk_free_mb": disk_free_mb(Path(config.outbox).parent),
        "signal_dbm": signal_dbm(),
        "temperature_c": temperature_c(),
        "version": software_version(),
        "outbox_rows": counts.waiting,
        "disk_full": outbox.disk_full,
        "produced": counts.produced,
        "since_b": min(boots.values(), default=0),
        "config": revision,
        "release": release[0],
        "update": release[1],
        "clock": "set" if clock_set else "unset",
    }
