"""Write Grafana's dashboards: `.venv/bin/python -m deploy.grafana.build`.

Those of readings are made from the field table; their queries are Flux over the measurement that
the InfluxDB store writes. Titles are Indonesian first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from collector.domain.fields import FIELD_INDEX, FIELDS, Field
from collector.store.line_protocol import MEASUREMENT
from deploy.grafana.board import GRID_COLUMNS, ROW_HEIGHT, Json, dashboard
from deploy.grafana.ingest import ingest

BUCKET = "readings"
DATASOURCE = {"type": "influxdb", "uid": "suluh-readings"}
FOLDER = Path(__file__).parent / "dashboards"
_UNITS = {"V": "volt", "A": "amp", "degC": "celsius", "%": "percent"}


def readings(*fields: str, where: str = "") -> str:
    """The beginning of every query: these fields of our measurement in the time shown."""
    wanted = " or ".join(f'r._field == "{name}"' for name in fields)
    return (
        f'from(bucket: "{BUCKET}")\n'
        "  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)\n"
        f'  |> filter(fn: (r) => r._measurement == "{MEASUREMENT}" and ({wanted}){where})\n'
    )


def averaged(*fields: str, where: str) -> str:
    """Fields of one device, as many points as the screen can show."""
    return (
        readings(*fields, where=where)
        + "  |> aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: false)\n"
        '  |> keep(columns: ["_time", "_value", "_field"])'
    )


def by_village(field: str, function: str, every: str = "1h") -> str:
    """One line a village: `function` over all its systems in each stretch of time."""
    return (
        readings(field)
        + '  |> group(columns: ["village"])\n'
        + f"  |> aggregateWindow(every: {every}, fn: {function}, createEmpty: false)\n"
        '  |> keep(columns: ["_time", "_value", "village"])'
    )


def quantile(share: float) -> str:
    """A Flux function for `aggregateWindow`: the value that `share` of all lie below."""
    return f"(column, tables=<-) => tables |> quantile(q: {share}, column: column)"


def panel(title: str, kind: str, query: str, *, unit: str = "", width: int = 12) -> Json:
    """One panel; `arrange` gives it its place."""
    return {
        "title": title,
        "type": kind,
        "datasource": DATASOURCE,
        "targets": [{"refId": "A", "datasource": DATASOURCE, "query": query}],
        "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
        "gridPos": {"w": width, "h": ROW_HEIGHT},
    }


def codes_panel(field: Field, where: str) -> Json:
    """A panel that shows codes as the words of the field table."""
    query = (
        readings(field.name, where=where)
        + "  |> aggregateWindow(every: v.windowPeriod, fn: last, createEmpty: false)\n"
        '  |> keep(columns: ["_time", "_value", "_field"])'
    )
    shown = panel(_title(field), "state-timeline", query, width=GRID_COLUMNS)
    words = {str(code): {"text": word} for code, word in field.codes.items()}
    shown["fieldConfig"]["defaults"]["mappings"] = [{"type": "value", "options": words}]
    return shown


def _title(field: Field) -> str:
    return f"{field.arti[0].upper()}{field.arti[1:]} / {field.meaning}"


def variable(name: str, label: str, query: str) -> Json:
    """A choice at the top of a dashboard, filled by a query."""
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": DATASOURCE,
        "query": query,
        "refresh": 2,
        "sort": 1,
    }


def fleet() -> Json:
    """Who reports, and how the batteries of each village are."""
    voltage = "battery_voltage_v"
    reporting = readings(voltage) + '  |> group()\n  |> distinct(column: "serial")\n  |> count()'
    return dashboard(
        "suluh-fleet",
        "Armada / Fleet",
        [
            panel("Perangkat yang melapor / Devices reporting", "stat", reporting, width=6),
            panel(
                "Data per jam / Readings an hour",
                "timeseries",
                by_village(voltage, "count"),
                width=18,
            ),
            panel(
                "Tegangan baterai, median / Battery voltage, median",
                "timeseries",
                by_village(voltage, "median"),
                unit="volt",
            ),
            panel(
                "Tegangan baterai, 10 % terendah / Battery voltage, lowest tenth",
                "timeseries",
                by_village(voltage, quantile(0.1)),
                unit="volt",
            ),
            panel(
                "Arus panel surya, median / Panel current, median",
                "timeseries",
                by_village("pv_current_a", "median"),
                unit="amp",
            ),
            panel(
                "Suhu baterai, 10 % tertinggi / Battery temperature, highest tenth",
                "timeseries",
                by_village("battery_temperature_c", quantile(0.9)),
                unit="celsius",
            ),
        ],
    )


def system() -> Json:
    """Every measured quantity of one device, together with those of its unit."""
    one = ' and r.serial == "${serial}"'
    titles = {"V": "Tegangan / Voltages", "A": "Arus / Currents", "degC": "Suhu / Temperature"}
    titles["%"] = "Isi baterai, terang lampu / Charge, lamp level"
    panels = [
        panel(title, "timeseries", averaged(*names, where=one), unit=_UNITS[unit])
        for unit, title in titles.items()
        if (names := [field.name for field in FIELDS if field.unit == unit])
    ]
    panels += [codes_panel(field, one) for field in FIELDS if field.unit == "code"]
    panels.append(codes_panel(FIELDS[FIELD_INDEX["fault_bits"]], one))
    return dashboard(
        "suluh-system", "Satu perangkat / One device", panels, [_villages(), _serials()]
    )


def _villages() -> Json:
    listing = (
        f'schema.measurementTagValues(bucket: "{BUCKET}", '
        f'measurement: "{MEASUREMENT}", tag: "village")'
    )
    return variable("village", "Desa / Village", f"{_SCHEMA}{listing}")


def _serials() -> Json:
    listing = (
        f'schema.tagValues(bucket: "{BUCKET}", tag: "serial", predicate: (r) => '
        f'r._measurement == "{MEASUREMENT}" and r.village == "${{village}}")'
    )
    return variable("serial", "Perangkat / Device", f"{_SCHEMA}{listing}")


_SCHEMA = 'import "influxdata/influxdb/schema"\n'


def files() -> Mapping[str, str]:
    """File name -> content of every dashboard."""
    made = {"fleet.json": fleet(), "system.json": system(), "ingest.json": ingest()}
    return {
        name: json.dumps(board, indent=2, ensure_ascii=False) + "\n" for name, board in made.items()
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file_name, content in files().items():
        (FOLDER / file_name).write_text(content)
