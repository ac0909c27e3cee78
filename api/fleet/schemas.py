"""What the fleet part of the API answers."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from analytics.tickets.ticket import SystemStatus
from api.fleet.service import VillageRow
from api.fleet.snapshot import Snapshot
from api.forecasts.schemas import FORECAST_EXAMPLE, ForecastOut
from collector.domain.clock import utc
from collector.domain.device import Chemistry, Kind, System

_VILLAGE = {
    "name": "Oemaman",
    "district": "Timor Tengah Selatan",
    "province": "Nusa Tenggara Timur",
    "timezone": "Asia/Makassar",
    "systems": 168,
    "by_status": {
        "ok": 150,
        "watch": 6,
        "fault": 4,
        "silent": 8,
        "blocked": 0,
        "new": 0,
        "service": 0,
    },
    "open_tickets": 12,
    "overdue_tickets": 1,
    "newest_reading": "2026-11-22T06:00:00Z",
}
_SYSTEM = {
    "code": "OEM-0142-0",
    "kind": "home",
    "village": "Oemaman",
    "hamlet": "Dusun 2",
    "panel_w": 50.0,
    "battery_ah": 45.0,
    "battery_chemistry": "lead_acid",
    "nominal_v": 12.0,
    "installed_on": "2016-08-01",
    "serial": "KPK-0142",
    "status": "fault",
    "status_since": "2026-11-20T16:00:00Z",
    "judged_at": "2026-11-22T16:00:00Z",
    "open_tickets": [214],
    "forecast": FORECAST_EXAMPLE,
}


class VillageOut(BaseModel):
    """A village with counts of its systems by state."""

    model_config = ConfigDict(json_schema_extra={"examples": [_VILLAGE]})

    name: str
    district: str
    province: str
    timezone: str = Field(description="IANA name; the village's local day follows it")
    systems: int
    by_status: dict[SystemStatus, int]
    open_tickets: int
    overdue_tickets: int
    newest_reading: datetime | None

    @classmethod
    def of(cls, row: VillageRow) -> "VillageOut":
        """From a row of the service."""
        return cls(
            name=row.village.name,
            district=row.village.district,
            province=row.village.province,
            timezone=row.village.timezone,
            systems=row.systems,
            by_status=dict(row.by_status),
            open_tickets=row.open_tickets,
            overdue_tickets=row.overdue,
            newest_reading=None if row.newest_s is None else utc(row.newest_s),
        )


class SystemOut(BaseModel):
    """A household's installation, a lamp post or a facility."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SYSTEM]})

    code: str
    kind: Kind
    village: str
    hamlet: str
    panel_w: float
    battery_ah: float
    battery_chemistry: Chemistry
    nominal_v: float
    installed_on: date
    serial: str | None = Field(description="the device that measures it now")
    status: SystemStatus
    status_since: datetime | None
    judged_at: datetime | None
    open_tickets: list[int]
    forecast: ForecastOut | None = Field(description="null before the first night")

    @classmethod
    def of(cls, system: System, snapshot: Snapshot) -> "SystemOut":
        """A system with its state as of the snapshot."""
        state = snapshot.states.get(system.code)
        device = snapshot.device_now(system.code)
        forecast = snapshot.forecasts.get(system.code)
        return cls(
            code=system.code,
            kind=system.kind,
            village=system.village,
            hamlet=system.hamlet,
            panel_w=system.panel_w,
            battery_ah=system.battery_ah,
            battery_chemistry=system.battery_chemistry,
            nominal_v=system.nominal_v,
            installed_on=system.installed_on,
            serial=device.serial if device else None,
            status=snapshot.status(system.code),
            status_since=utc(state.since_s) if state else None,
            judged_at=utc(state.as_of_s) if state else None,
            open_tickets=[t.number for t in snapshot.tickets_of.get(system.code, ())],
            forecast=ForecastOut.of(forecast) if forecast else None,
        )


class VillagesOut(BaseModel):
    """All villages, those with the most urgent work first."""

    items: list[VillageOut]


class SystemsOut(BaseModel):
    """One page of systems by ascending code."""

    items: list[SystemOut]
    total: int = Field(description="systems that match the filters, on all pages")
    next_cursor: str | None = Field(description="pass it as `cursor` for the next page")
