"""A record as the scorer reads it."""

from math import inf

import pytest

from analytics.evaluate.record import read_record
from analytics.replay.registry import RecordError
from tests.unit.analytics.evaluate.conftest import DAYS, EPOCH


def test_darkness_is_known_by_system_with_its_cause(failing):
    record = read_record(*failing.write())
    row = {s.code: i for i, s in enumerate(record.registry.systems)}
    assert record.dark_day[row["V0-0"]] == EPOCH + 120
    assert record.dark_day[row["V0-9"]] == inf
    assert not record.abrupt[row["V0-0"]]
    assert record.abrupt[row["V0-2"]]
    assert record.end_day == EPOCH + DAYS
    assert (record.heard_from == EPOCH).all()
    assert set(record.villages) == {f"V{v}" for v in range(6)}


def test_the_first_darkness_counts(written):
    written.ill("V0-0", "battery_degraded", 150, "", 200)
    written.ill("V0-0", "battery_failed_abruptly", 100, 110, 100)
    record = read_record(*written.write())
    assert record.dark_day.min() == EPOCH + 100
    assert record.abrupt.sum() == 1


def test_a_ticket_of_a_gateway_or_a_village_stands_for_its_members(written):
    written.ticket("", "silent", 20, "gateway", "gw-1")
    written.ticket("", "panel_soiled", 21, "village", "V3")
    written.ticket("", "silent", 22, "village", "nowhere")
    gateway, village, nowhere = read_record(*written.write()).tickets
    assert len(gateway.serials) == 60
    assert village.serials == {f"V3-{n}" for n in range(10)}
    assert nowhere.serials == frozenset()


@pytest.mark.parametrize("name", ["tickets.csv", "forecasts.csv"])
def test_a_file_of_another_form_is_said(written, name):
    data, replayed = written.write()
    (replayed / name).write_text("serial,as_of\nV0-0,soon\n")
    with pytest.raises(RecordError, match="not in the replay format"):
        read_record(data, replayed)


def test_a_missing_replay_is_an_error_of_the_system(written):
    data, _ = written.write()
    with pytest.raises(OSError, match=r"tickets\.csv"):
        read_record(data, data / "nothing")
