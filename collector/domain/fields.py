"""The nomenclature: every measured quantity, its unit, physical range and meaning.

This table is the one place where a quantity is defined. Wire formats, controller maps, stores,
analytics and the API name their columns by it. Changing a name or a meaning is a breaking change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np


@dataclass(frozen=True, slots=True)
class Field:
    """One measured quantity. A value outside ``minimum..maximum`` cannot be real."""

    name: str
    unit: str
    minimum: float
    maximum: float
    meaning: str
    arti: str
    codes: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


CHARGE_STAGES = MappingProxyType(
    {
        0: "off",
        1: "bulk",
        2: "absorption",
        3: "float",
        4: "equalise",
        5: "limited",
        6: "fault",
    }
)
LOAD_STATES = MappingProxyType(
    {
        0: "off_by_user",
        1: "on",
        2: "low_voltage_cutoff",
        3: "overload",
        4: "fault",
        5: "off_by_timer_or_daylight",
    }
)
# Our own bit order; every controller map translates its status words into it.
FAULT_BITS = MappingProxyType(
    {
        0: "battery_over_voltage",
        1: "battery_under_voltage",
        2: "battery_over_temperature",
        3: "battery_low_temperature",
        4: "battery_internal_resistance",
        5: "battery_wrong_voltage",
        6: "pv_over_voltage",
        7: "pv_over_current",
        8: "pv_short_circuit",
        9: "charger_short_circuit",
        10: "charger_over_temperature",
        11: "load_short_circuit",
        12: "load_overload",
        13: "load_over_voltage",
        14: "controller_over_temperature",
        15: "controller_fault",
    }
)

FIELDS: tuple[Field, ...] = (
    Field("pv_voltage_v", "V", 0.0, 150.0, "panel voltage", "tegangan panel surya"),
    Field("pv_current_a", "A", -0.5, 60.0, "panel current", "arus panel surya"),
    Field("battery_voltage_v", "V", 0.0, 70.0, "battery voltage", "tegangan baterai"),
    Field(
        "battery_current_a",
        "A",
        -100.0,
        100.0,
        "net battery current, positive when charging",
        "arus baterai, positif saat mengisi",
    ),
    Field("load_current_a", "A", -0.5, 60.0, "load current", "arus beban"),
    Field("battery_temperature_c", "degC", -30.0, 90.0, "battery temperature", "suhu baterai"),
    Field("load_voltage_v", "V", 0.0, 70.0, "voltage at the load output", "tegangan beban"),
    Field("soc_percent", "%", 0.0, 100.0, "state of charge by the controller", "isi baterai"),
    Field("charge_stage", "code", 0.0, 6.0, "charging stage", "tahap pengisian", CHARGE_STAGES),
    Field("load_state", "code", 0.0, 5.0, "state of the load output", "keadaan beban", LOAD_STATES),
    Field(
        "fault_bits", "bits", 0.0, 65535.0, "faults the controller reports", "gangguan", FAULT_BITS
    ),
    Field("lamp_level_percent", "%", 0.0, 100.0, "dimming level of the lamp", "terang lampu"),
)
FIELD_NAMES: tuple[str, ...] = tuple(f.name for f in FIELDS)
FIELD_INDEX: Mapping[str, int] = MappingProxyType({f.name: i for i, f in enumerate(FIELDS)})
MINIMUM = np.array([f.minimum for f in FIELDS])
MAXIMUM = np.array([f.maximum for f in FIELDS])
IS_CODE = np.array([f.unit in {"code", "bits"} for f in FIELDS])
