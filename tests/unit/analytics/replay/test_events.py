"""events.csv: what people noted down."""

import pytest

from analytics.indicators.field_events import FieldEventKind
from analytics.replay.events import read_events
from analytics.replay.registry import RecordError


@pytest.fixture
def read(tmp_path):
    def lines(*rows, header="serial,time,event"):
        (tmp_path / "events.csv").write_text("\n".join([header, *rows]) + "\n")
        return read_events(tmp_path / "events.csv")

    return lines


@pytest.mark.parametrize(
    "time", ["86400", "86400.0", "1970-01-02T00:00:00Z", "1970-01-02", "1970-01-02T08:00:00+08:00"]
)
def test_times_in_seconds_and_in_words_are_the_same(read, time):
    (event,) = read(f"A,{time},panel_cleaned")
    assert (event.system, event.at_s) == ("A", 86_400.0)
    assert event.kind is FieldEventKind.PANEL_CLEANED


def test_events_come_by_time_and_unknown_words_are_left_out(read):
    found = read("B,200,repaired", "A,100,battery_replaced", "A,150,drank_coffee", "A,160,")
    assert [(e.system, e.kind.value) for e in found] == [
        ("A", "battery_replaced"),
        ("B", "repaired"),
    ]


def test_no_events_are_no_trouble(read):
    assert read() == []


@pytest.mark.parametrize("time", ["yesterday", "", "nan"])
def test_a_time_that_is_none_is_named_with_its_row(read, time):
    with pytest.raises(RecordError, match=r"events\.csv, row 2"):
        read(f"A,{time},repaired")


def test_another_file_is_refused(read):
    with pytest.raises(RecordError, match="missing: time"):
        read(header="serial,when,event")
