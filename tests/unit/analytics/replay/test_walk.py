"""A record walked night by night: what comes out, and what must not change it."""

import csv
import shutil
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.indicators.day_view import FIELDS_READ
from analytics.indicators.field_events import FieldEvent, FieldEventKind
from analytics.prognosis import turns
from analytics.prognosis.forecast import forecast
from analytics.replay.readings import ReadingFiles
from analytics.replay.registry import read_registry
from analytics.replay.walk import Walk
from tests.fixtures.village_physics import FIRST_DAY, Fleet, systems
from tests.unit.analytics.replay.conftest import record_of, write_days, write_registry

GONE = 5


def replayed(folder, events=(), out=None):
    registry = read_registry(folder / "registry.csv")
    files = ReadingFiles(folder / "readings", [s.code for s in registry.systems])
    out = out or folder / "out"
    told = Walk(registry, files, events).run(out)
    return (
        *(list(csv.DictReader((out / n).open())) for n in ("tickets.csv", "forecasts.csv")),
        told,
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """Seven homes for nine days, the third without a panel since day 5."""
    fleet = Fleet(systems(7), 9, seed=9)
    fleet.connected[2, GONE:] = False
    folder = tmp_path_factory.mktemp("record")
    return folder, record_of(fleet, folder)


def raised(ticket):
    """What was known when it was opened; its words go on with the evidence."""
    return ticket["serial"], ticket["fault"], ticket["opened_at"]


def rewritten(table, folder, source):
    """The same record with other rows."""
    folder.mkdir()
    shutil.copy(source / "registry.csv", folder)
    write_days(table, folder / "readings")
    return folder


def test_a_fault_becomes_one_ticket_with_its_words(broken):
    tickets, forecasts, told = replayed(broken[0])
    assert [(t["serial"], t["fault"], t["scope"]) for t in tickets] == [
        ("BOT-0002", "panel_disconnected", "system")
    ]
    opened = date.fromisoformat(tickets[0]["opened_at"][:10])
    assert tickets[0]["opened_at"].endswith("T00:00:00Z")
    assert 1 <= (opened - FIRST_DAY).days - GONE <= 4
    assert tickets[0]["closed_at"] == ""
    assert tickets[0]["reason"]
    assert told.tickets == told.still_open == 1
    assert len({f["serial"] for f in forecasts}) == 7


def test_a_healthy_village_has_no_ticket(village, tmp_path):
    record_of(village(), tmp_path / "rec")
    tickets, _, told = replayed(tmp_path / "rec")
    assert tickets == []
    assert "0 tickets" in told.lines()[0]


def test_forecasts_come_once_a_week_for_every_home_that_was_heard(village, tmp_path):
    fleet = village(days=16)
    fleet.heard[4, :9] = False
    record_of(fleet, tmp_path / "rec")
    _, forecasts, _ = replayed(tmp_path / "rec")
    days = sorted({date.fromisoformat(f["as_of"]) for f in forecasts})
    assert np.diff(days).tolist() == [timedelta(7)] * (len(days) - 1)
    late = [f for f in forecasts if f["serial"] == "BOT-0004"]
    assert date.fromisoformat(late[0]["as_of"]) > FIRST_DAY + timedelta(9)
    assert all(0 <= float(f["p_dark_4w"]) <= float(f["p_dark_8w"]) <= 1 for f in forecasts)


def test_a_night_knows_nothing_of_the_days_to_come(broken, tmp_path):
    folder, table = broken
    received = table.column("received").to_numpy()
    cut = (received.max() // 86_400 - 1) * 86_400
    short = rewritten(table.filter(pa.array(received < cut)), tmp_path / "short", folder)
    whole_tickets, whole_forecasts, whole = replayed(folder)
    tickets, forecasts, told = replayed(short)
    assert told.nights == whole.nights - 1 or told.nights == whole.nights - 2
    assert [raised(t) for t in tickets] == [raised(t) for t in whole_tickets]
    assert forecasts == whole_forecasts[: len(forecasts)]


@pytest.mark.parametrize("receipts", ["sorted anew", "each its own"])
def test_the_order_of_arrival_within_a_day_changes_no_ticket(broken, tmp_path, receipts):
    folder, table = broken
    rng = np.random.default_rng(7)
    received = table.column("received").to_numpy()
    rows = table.take(pa.array(np.lexsort((rng.random(len(table)), received // 86_400))))
    if receipts == "sorted anew":
        rows = rows.set_column(2, "received", pa.array(np.sort(received)))
    assert replayed(rewritten(rows, tmp_path / "shuffled", folder))[:2] == replayed(folder)[:2]


def test_readings_that_come_twice_change_no_ticket(broken, tmp_path):
    folder, table = broken
    received = table.column("received").to_numpy()
    twice = pa.concat_tables(
        [table, table.set_column(2, "received", pa.array(received + 4_000)).slice(0, 3_000)]
    ).sort_by("received")
    assert replayed(rewritten(twice, tmp_path / "twice", folder))[:2] == replayed(folder)[:2]


def test_what_arrives_late_is_taken_in_once_it_is_there(broken, tmp_path):
    folder, table = broken
    received = table.column("received").to_numpy()
    day = received // 86_400 - received.min() // 86_400
    late = np.where((day >= 3) & (day < 5), (received.min() // 86_400 + 5) * 86_400 + 60, received)
    rows = table.set_column(2, "received", pa.array(late)).sort_by("received")
    tickets, _, _ = replayed(rewritten(rows, tmp_path / "late", folder))
    assert [(t["serial"], t["fault"]) for t in tickets] == [("BOT-0002", "panel_disconnected")]


@pytest.mark.parametrize(
    "shift_s", [400 * 86_400, -20_000 * 86_400, 8 * 3_600], ids=["future", "1970", "zone"]
)
def test_a_clock_that_is_wrong_neither_stops_the_walk_nor_spoils_the_neighbours(
    broken, tmp_path, shift_s
):
    folder, table = broken
    time, serial = table.column("time").to_numpy(), table.column("serial").to_pylist()
    wrong = (np.array(serial) == "BOT-0004") & (time > time.min() + 4 * 86_400)
    rows = table.set_column(1, "time", pa.array(np.where(wrong, time + shift_s, time)))
    tickets, _, _ = replayed(rewritten(rows, tmp_path / "clock", folder))
    others = [(t["serial"], t["fault"]) for t in tickets if t["serial"] != "BOT-0004"]
    assert others == [("BOT-0002", "panel_disconnected")]
    assert {t["fault"] for t in tickets if t["serial"] == "BOT-0004"} <= {"clock_fault"}


@pytest.mark.parametrize("days", [1, 2])
def test_a_lone_home_of_two_days_is_no_news(village, tmp_path, days):
    record_of(village(count=1, days=days), tmp_path / "rec")
    assert replayed(tmp_path / "rec")[0] == []


def test_columns_without_a_value_are_no_finding(broken, tmp_path):
    folder, table = broken
    rows = table
    for name in FIELDS_READ:
        at = rows.column_names.index(name)
        rows = rows.set_column(at, name, pa.nulls(len(rows), pa.float32()))
    assert replayed(rewritten(rows, tmp_path / "nulls", folder))[0] == []
    bare = table.select(["serial", "time", "received"])
    assert replayed(rewritten(bare, tmp_path / "bare", folder))[0] == []


def test_a_record_without_a_reading_leaves_two_empty_files(tmp_path):
    write_registry(tmp_path / "registry.csv", ["A", "B"])
    (tmp_path / "readings").mkdir()
    empty = pa.table({n: pa.array([], pa.int64()) for n in ("serial", "time", "received")})
    pq.write_table(empty, tmp_path / "readings/a.parquet")
    tickets, forecasts, told = replayed(tmp_path)
    assert tickets == forecasts == []
    assert told.nights == 0
    assert "2 systems were never heard" in told.notes


def test_an_event_is_a_column_from_its_day_on_and_not_before(broken, monkeypatch):
    folder, _ = broken
    seen = []

    def foreseen(table, day):
        seen.append((table.days[day], float(table["event_battery_replaced"].sum())))
        return forecast(table, day)

    monkeypatch.setattr(turns, "forecast", foreseen)
    at_s = (FIRST_DAY - date(1970, 1, 1)).days * 86_400 + 3 * 86_400.0
    events = [FieldEvent("BOT-0001", at_s, FieldEventKind.BATTERY_REPLACED)]
    replayed(folder, events, folder / "out-events")
    assert [replaced for _, replaced in seen] == [0.0, 1.0]
    assert seen[0][0] < FIRST_DAY + timedelta(3) <= seen[1][0]
