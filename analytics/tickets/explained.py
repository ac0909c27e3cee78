"""One physical cause is one job: which finding is explained by which other at the same system.

A table, not code: add a line when the field shows another. Sources: what the circuit does (a
battery that nobody charges runs flat, a lamp on it goes dark, a controller without power falls
silent), and which meter or clock a detector reads [K].
"""

import math
from collections.abc import Mapping

_NO_CHARGE = frozenset({"panel_disconnected", "panel_substring_failed"})
"""Panels that give nothing: whatever stands behind them runs flat."""
_BATTERY = frozenset({"battery_degraded", "battery_failed_abruptly"})
_WRONG_TIME = frozenset({"clock_fault"})

EXPLAINED_BY: Mapping[str, frozenset[str]] = {
    "battery_degraded": _NO_CHARGE | {"battery_failed_abruptly", "load_bypassed"},
    "battery_failed_abruptly": _NO_CHARGE | {"load_bypassed"},
    "controller_load_off": frozenset({"battery_failed_abruptly"}),
    "lamp_failed": frozenset({"battery_failed_abruptly", "controller_load_off"}),
    "lamp_partial": _WRONG_TIME | {"lamp_failed", "controller_load_off"},
    "lamp_early_dark": _NO_CHARGE | _BATTERY | _WRONG_TIME | {"lamp_failed", "controller_load_off"},
    "lamp_day_burner": _WRONG_TIME,
    "panel_connector_loose": frozenset({"panel_disconnected"}),
    "panel_shaded": _NO_CHARGE | _WRONG_TIME,
    "panel_soiled": _NO_CHARGE
    | _WRONG_TIME
    | {"panel_shaded", "panel_connector_loose", "panel_degraded"},
    "panel_degraded": _NO_CHARGE | _WRONG_TIME | {"panel_shaded", "panel_connector_loose"},
    "silent": _NO_CHARGE | {"battery_failed_abruptly"},
}
"""Finding -> causes that explain it: while one of them is open, no ticket is raised for it."""

SUPERSEDED_BY: Mapping[str, frozenset[str]] = {
    "battery_degraded": frozenset({"battery_failed_abruptly"}),
    "lamp_partial": frozenset({"lamp_failed"}),
    "panel_connector_loose": frozenset({"panel_disconnected"}),
    "panel_soiled": frozenset({"panel_degraded"}),
}
"""Finding -> causes that are its end: when one is raised, the open ticket of it is closed."""

_PANEL = frozenset(
    {
        "panel_soiled",
        "panel_shaded",
        "panel_degraded",
        "panel_connector_loose",
        "panel_substring_failed",
        "panel_disconnected",
    }
)
_LOAD = frozenset(
    {
        "battery_degraded",
        "controller_load_off",
        "load_bypassed",
        "lamp_failed",
        "lamp_partial",
        "lamp_day_burner",
        "lamp_early_dark",
    }
)
_EITHER = frozenset({"panel_soiled", "panel_shaded", "panel_degraded", "load_bypassed"})
METERS: Mapping[int, frozenset[str]] = {
    1: _PANEL,
    2: _LOAD,
    3: _BATTERY,
    4: _EITHER,
    5: _PANEL,
    6: _PANEL,
    7: _BATTERY,
}
"""``meter`` in the evidence of ``sensor_fault`` -> findings that read what it says is wrong: panel
current (off or stuck, dead, on another scale), load current, voltage (stuck, off by a step), or one
of both currents."""
SENSOR_FAULT = "sensor_fault"


def explained(fault: str, causes: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether a finding needs no ticket of its own beside these causes, given with evidence."""
    if causes.keys() & EXPLAINED_BY.get(fault, frozenset()):
        return True
    return fault in muted_by(causes.get(SENSOR_FAULT, {}))


def muted_by(evidence: Mapping[str, float]) -> frozenset[str]:
    """Findings that read a meter which is known to be wrong."""
    meter = evidence.get("meter", 0.0)
    return METERS.get(int(meter), frozenset()) if math.isfinite(meter) else frozenset()
