"""`suluh bench gateway`: bytes of a home and month, memory and CPU of the gateway itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from collector.controllers.load import load_map
from collector.logs import set_up_logs
from device_sim.links.modbus import ModbusBus
from tests.bench.gateway_bytes import BATCHES, ENCODINGS, measure_bytes
from tests.fixtures.village_gateway import GatewayProcess, config_text, eventually
from tests.servers.mosquitto import Mosquitto

HOMES = 50
DEVICES, DEVICES_A_BUS = 100, 25
CYCLES = 8
INTERVAL_S = 8
CYCLES_A_DAY = 96
USUAL = "json+zlib", "15 min"
"""What a gateway does unless its file says otherwise."""
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def measure_gateway(folder: Path, broker: Mosquitto, say: Callable[[str], None]) -> dict[str, Any]:
    """All figures; ``broker`` has a TLS listener."""
    set_up_logs("ERROR")
    say(f"{DEVICES} devices on {DEVICES // DEVICES_A_BUS} lines, a real gateway process")
    told = _footprint(folder, broker)
    table: dict[str, dict[str, dict[str, float]]] = {}
    for encoding in ENCODINGS:
        for batch, cycles in BATCHES.items():
            say(f"bytes: {encoding}, {batch}")
            place = folder / f"{encoding}-{cycles}"
            place.mkdir()
            # A reading alone costs the same at every hour.
            hours = 24 if cycles else 2
            month = measure_bytes(place, broker, HOMES, encoding, cycles, hours)
            table.setdefault(encoding, {})[batch] = {
                "socket_mb": round(month.socket_mb, 3),
                "with_headers_mb": round(month.with_headers_mb, 3),
            }
            told["session_kb"] = round(month.session_kb, 1)
    usual = table[USUAL[0]][USUAL[1]]
    return {
        "homes": HOMES,
        "mb_per_home_month": usual["socket_mb"],
        "mb_per_home_month_with_headers": usual["with_headers_mb"],
        **told,
        "bytes": table,
    }


def _footprint(folder: Path, broker: Mosquitto) -> dict[str, Any]:
    """Memory and CPU of ``suluh gateway run`` that reads a hundred controllers again and again."""
    assert broker.tls is not None
    units = range(1, DEVICES_A_BUS + 1)
    state = {"battery_voltage_v": 12.6, "pv_voltage_v": 17.2, "soc_percent": 80.0}
    lines = [
        ModbusBus(dict.fromkeys(units, load_map("epever_tracer")), lambda _: state)
        for _ in range(DEVICES // DEVICES_A_BUS)
    ]
    buses = {
        line.start(): [f"KPK-{n}-{unit:03d}" for unit in units] for n, line in enumerate(lines)
    }
    file = folder / "footprint" / "gateway.toml"
    file.parent.mkdir()
    text = config_text("gw-footprint", broker.address, buses, interval_s=INTERVAL_S, batch_s=1.0)
    tls = f'tls = true\nca_file = "{broker.tls.ca}"'
    file.write_text(text.replace("[broker]", f"[broker]\n{tls}"))
    gateway = GatewayProcess(file)
    gateway.start()
    try:
        eventually(lambda: gateway.produced() >= DEVICES, 120, "the first cycle")
        before_s, produced = _cpu_s(gateway.pid), gateway.produced()
        eventually(lambda: gateway.produced() >= produced + CYCLES * DEVICES, 300, "reading")
        cpu_s, readings = _cpu_s(gateway.pid) - before_s, gateway.produced() - produced
        rss_mb = _status_mb(gateway.pid, "VmHWM")
    finally:
        gateway.end()
        for line in lines:
            line.stop()
    return {
        "devices": DEVICES,
        "rss_mb": round(rss_mb, 1),
        "cpu_ms_per_reading": round(1e3 * cpu_s / readings, 2),
        "cpu_s_per_day": round(cpu_s / readings * DEVICES * CYCLES_A_DAY, 1),
    }


def _cpu_s(pid: int) -> float:
    """CPU time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def _status_mb(pid: int, name: str) -> float:
    """A line of /proc/PID/status that is in kB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
