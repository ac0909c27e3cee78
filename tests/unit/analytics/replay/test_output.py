"""tickets.csv and forecasts.csv, in the fixed formats."""

import csv

import pytest

from analytics.prognosis.system_forecast import SystemForecast
from analytics.replay.output import ForecastFile, write_tickets
from analytics.replay.registry import read_registry
from analytics.tickets.episodes import Episode
from analytics.tickets.ticket import Ticket, TicketScope, TicketState
from tests.unit.analytics.replay.conftest import write_registry


@pytest.fixture
def registry(tmp_path):
    write_registry(tmp_path / "registry.csv", ["A", "B"], gateway="gw-1")
    return read_registry(tmp_path / "registry.csv")


def ticket(scope=TicketScope.SYSTEM, scope_id=""):
    return Ticket(
        *(1, "A", "silent", TicketState.NEW, 0.5, 0.0, 0.0, 0.0),
        scope=scope,
        scope_id=scope_id,
        evidence={"silent_days": 4.0, "systems_silent": 1.0},
    )


@pytest.mark.parametrize(
    ("scope", "scope_id", "told"),
    [
        (TicketScope.SYSTEM, "", ("A", "system", "A")),
        (TicketScope.GATEWAY, "gw-1", ("", "gateway", "gw-1")),
        (TicketScope.VILLAGE, "Boti", ("", "village", "Boti")),
    ],
)
def test_a_row_says_for_whom_it_stands(registry, tmp_path, scope, scope_id, told):
    calls = [(ticket(scope, scope_id), Episode(1_767_312_000.0, 1_767_398_400.0))]
    write_tickets(calls, registry, tmp_path / "tickets.csv")
    (row,) = csv.DictReader((tmp_path / "tickets.csv").open())
    assert (row["serial"], row["scope"], row["scope_id"]) == told
    assert row["opened_at"] == "2026-01-02T00:00:00Z"
    assert row["closed_at"] == "2026-01-03T00:00:00Z"
    assert "4" in row["reason"]


def test_every_call_is_a_row_in_order_of_time(registry, tmp_path):
    calls = [(ticket(), Episode(200.0, None)), (ticket(), Episode(100.0, 150.0))]
    write_tickets(calls, registry, tmp_path / "tickets.csv")
    rows = list(csv.DictReader((tmp_path / "tickets.csv").open()))
    assert [r["closed_at"] for r in rows] == ["1970-01-01T00:02:30Z", ""]


def test_a_forecast_is_a_row(tmp_path):
    with ForecastFile(tmp_path / "forecasts.csv") as file:
        file.write([SystemForecast("A", 1_767_571_200.0, 0.01, 0.02)])
        file.write([])
        assert file.rows == 1
    (row,) = csv.DictReader((tmp_path / "forecasts.csv").open())
    assert row == {
        "serial": "A",
        "as_of": "2026-01-05",
        "p_dark_4w": "0.01000",
        "p_dark_8w": "0.02000",
    }
