"""The dashboard of the collectors: their queues, lag, refusals and retries, by `/metrics`."""

from __future__ import annotations

from deploy.grafana.board import ROW_HEIGHT, Json, dashboard

METRICS = {"type": "prometheus", "uid": "suluh-metrics"}


def panel(title: str, *queries: tuple[str, str], unit: str = "short", width: int = 8) -> Json:
    """One panel over time; each query is (PromQL, how its lines are named)."""
    return {
        "title": title,
        "type": "timeseries",
        "datasource": METRICS,
        "targets": [
            {"refId": chr(ord("A") + i), "datasource": METRICS, "expr": query, "legendFormat": name}
            for i, (query, name) in enumerate(queries)
        ],
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "gridPos": {"w": width, "h": ROW_HEIGHT},
    }


def stat(title: str, query: str, *, worst: float, low: bool = False) -> Json:
    """One number, red from ``worst`` on, or below it where ``low`` is what is bad."""
    steps = [("red", None), ("green", worst)] if low else [("green", None), ("red", worst)]
    shown = panel(title, (query, ""), width=6)
    shown["type"] = "stat"
    shown["fieldConfig"]["defaults"]["thresholds"] = {
        "mode": "absolute",
        "steps": [{"color": color, "value": value} for color, value in steps],
    }
    return shown


def rate(name: str, by: str = "instance") -> str:
    """How much of a counter comes in a second."""
    return f"sum by ({by}) (rate({name}[5m]))"


def longest(name: str, share: float, chosen: str = "") -> str:
    """What ``share`` of all take at most [s]."""
    return f"histogram_quantile({share}, sum by (le) (rate({name}_bucket{chosen}[5m])))"


def ingest() -> Json:
    """From the broker to the store."""
    return dashboard(
        "suluh-ingest", "Penerimaan / Ingest", [*_states(), *_flows(), *_troubles()], since="now-6h"
    )


def _states() -> list[Json]:
    return [
        stat("Siap / Ready", "min(suluh_collector_ready)", worst=1, low=True),
        stat("Antrean terisi / Spool filled", "max(suluh_spool_filled_ratio)", worst=0.7),
        stat(
            "Bacaan yang kurang / Readings missing", "max(suluh_holes_open_readings)", worst=1_000
        ),
        stat(
            "Surat mati terbuka / Dead letters open",
            "max(suluh_dead_letters_open_readings)",
            worst=1,
        ),
    ]


def _flows() -> list[Json]:
    delay, write = "suluh_ingest_delay_seconds", "suluh_store_write_seconds"
    live, backlog, stored = '{kind="live"}', '{kind="backlog"}', '{ended="stored"}'
    return [
        panel(
            "Bacaan tersimpan per detik / Readings stored a second",
            (rate("suluh_ingest_readings_total"), "{{instance}}"),
        ),
        panel(
            "Dari terima sampai tersimpan / Receipt to store",
            (longest(delay, 0.5, live), "live, 50 %"),
            (longest(delay, 0.99, live), "live, 99 %"),
            (longest(delay, 0.99, backlog), "backlog, 99 %"),
            unit="s",
        ),
        panel(
            "Lama menulis ke penyimpanan / Writes to the store",
            (longest(write, 0.5, stored), "50 %"),
            (longest(write, 0.99, stored), "99 %"),
            unit="s",
        ),
        panel(
            "Menunggu disimpan / Waiting to be stored",
            ("suluh_spool_waiting_messages", "{{instance}}"),
            ("suluh_entry_waiting_messages", "{{instance}}, memory"),
        ),
        panel(
            "Umur yang tertua / Age of the oldest",
            ("suluh_spool_oldest_age_seconds", "{{instance}}"),
            unit="s",
        ),
        panel(
            "Ukuran antrean / Size of the spool",
            ("suluh_spool_waiting_bytes", "{{instance}}"),
            ("suluh_spool_kept_bytes", "{{instance}}, stored"),
            ("suluh_entry_waiting_bytes", "{{instance}}, memory"),
            unit="bytes",
        ),
    ]


def _troubles() -> list[Json]:
    return [
        panel(
            "Ditolak, per alasan / Refused, by reason",
            (rate("suluh_ingest_refused_readings_total", "reason"), "{{reason}}"),
            (rate("suluh_ingest_left_out_readings_total"), "value left out, {{instance}}"),
        ),
        panel(
            "Dicoba lagi, per sebab / Tried again, by cause",
            (rate("suluh_ingest_retries_total", "cause"), "{{cause}}"),
            (rate("suluh_spool_retries_total"), "sync, {{instance}}"),
        ),
        panel(
            "Kiriman ulang / Came again",
            (rate("suluh_ingest_repeated_readings_total"), "{{instance}}"),
        ),
        panel(
            "Alat yang datanya kurang / Devices with holes",
            ("max(suluh_holes_open_devices)", "devices"),
            (rate("suluh_resend_commands_total"), "asked a second, {{instance}}"),
        ),
        panel(
            "Broker / Broker",
            ("suluh_broker_connected", "connected, {{instance}}"),
            ("max(suluh_broker_dropped_messages)", "dropped since its start"),
        ),
        panel(
            "Jawaban HTTP / HTTP answers",
            (rate("suluh_http_intake_answers_total", "status"), "{{status}}"),
        ),
    ]
