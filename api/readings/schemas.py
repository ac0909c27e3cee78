"""What the readings part of the API answers."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from api.finite import finite
from api.readings.service import History, Reading
from collector.domain.clock import utc
from collector.domain.fields import FIELD_NAMES, FIELDS
from collector.domain.fields import Field as Quantity
from collector.domain.reading import Quality


class FieldOut(BaseModel):
    """One measured quantity: a row of the nomenclature."""

    name: str = Field(examples=["battery_voltage_v"])
    unit: str = Field(examples=["V"])
    minimum: float = Field(description="a value below cannot be real")
    maximum: float = Field(description="a value above cannot be real")
    meaning: str
    arti: str = Field(description="the meaning in Indonesian")
    codes: dict[int, str] = Field(description="words of the codes or bits, where it has any")

    @classmethod
    def of(cls, quantity: Quantity) -> "FieldOut":
        """From the field table."""
        return cls(
            name=quantity.name,
            unit=quantity.unit,
            minimum=quantity.minimum,
            maximum=quantity.maximum,
            meaning=quantity.meaning,
            arti=quantity.arti,
            codes=dict(quantity.codes),
        )


class FieldsOut(BaseModel):
    """The table of quantities."""

    items: list[FieldOut]

    @classmethod
    def table(cls) -> "FieldsOut":
        """All of them, in the order of the domain's table."""
        return cls(items=[FieldOut.of(f) for f in FIELDS])


_LATEST = {
    "system": "OEM-0142-0",
    "serial": "KPK-0142",
    "time": "2026-11-22T06:00:00Z",
    "quality": [],
    "values": {"battery_voltage_v": 13.34, "battery_current_a": 1.9, "load_current_a": 0.61},
}


class LatestOut(BaseModel):
    """The newest reading of a system."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LATEST]})

    system: str
    serial: str | None
    time: datetime | None = Field(description="null when the system never sent a reading")
    quality: list[str] = Field(description="what the collector found odd about it")
    values: dict[str, float | None]

    @classmethod
    def of(cls, code: str, reading: Reading | None) -> "LatestOut":
        """Every quantity is a key; what was not measured is null."""
        if reading is None:
            return cls(system=code, serial=None, time=None, quality=[], values={})
        odd = [flag.name.lower() for flag in Quality(reading.quality) if flag.name]
        return cls(
            system=code,
            serial=reading.serial,
            time=utc(reading.time_s),
            quality=odd,
            values={name: finite(reading[name]) for name in FIELD_NAMES},
        )


_HISTORY = {
    "system": "OEM-0142-0",
    "start": "2026-11-22T05:30:00Z",
    "end": "2026-11-22T06:00:00Z",
    "time": ["2026-11-22T05:30:00Z", "2026-11-22T05:45:00Z"],
    "serial": ["KPK-0142", "KPK-0142"],
    "columns": {"battery_voltage_v": [13.31, 13.34], "load_current_a": [None, 0.61]},
}


class HistoryOut(BaseModel):
    """Readings as columns of equal length, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [_HISTORY]})

    system: str
    start: datetime
    end: datetime
    time: list[datetime]
    serial: list[str]
    columns: dict[str, list[float | None]]

    @classmethod
    def of(
        cls, code: str, window: tuple[datetime, datetime], found: History, fields: Sequence[str]
    ) -> "HistoryOut":
        """The columns asked for."""
        return cls(
            system=code,
            start=window[0],
            end=window[1],
            time=[utc(t) for t in found.time_s.tolist()],
            serial=found.serial.tolist(),
            columns={name: [finite(v) for v in found[name].tolist()] for name in fields},
        )
