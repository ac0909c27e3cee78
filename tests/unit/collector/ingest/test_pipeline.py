"""Every reading of a delivery ends in the store or in the dead letters, and is counted once."""

import json

import numpy as np
import pytest

from collector.bootstrap import decode
from collector.domain.device import Assignment
from collector.domain.fields import FIELD_INDEX
from collector.domain.reading import Quality
from collector.ingest.pipeline import Ingest
from collector.spool.delivery import Delivery
from collector.store.duckdb import DuckDbStore
from collector.store.port import StoreRejectedError, StoreUnavailableError
from tests.fixtures.memory_letters import MemoryLetters
from tests.fixtures.memory_times import MemoryTimes
from tests.fixtures.small_fleet import fleet

NOW_S = 1_732_233_600.0 + 900 * 110
START_S = 1_732_233_600


class RefusingStore(DuckDbStore):
    """A real store that will not take batches with these times, as a schema conflict would."""

    refused_times = frozenset()

    def write(self, batch):
        if self.refused_times & set(batch.time_s.tolist()):
            raise StoreRejectedError("field type conflict")
        super().write(batch)


@pytest.fixture
def store(tmp_path):
    opened = RefusingStore(tmp_path / "readings.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def letters():
    return MemoryLetters()


@pytest.fixture
def ingest(store, letters):
    return Ingest(decode, store, letters, lambda _serials: fleet(), MemoryTimes())


def delivery(message, publisher="KPK-0001", topic=None):
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    return Delivery(publisher, topic or f"shs/v1/{publisher}/data", payload, NOW_S)


def message(serial="KPK-0001", rows=4, start_s=START_S, rc=1, voltage=1334):
    rows = [[900 * i, 1812, 245, voltage] for i in range(rows)]
    return {"sn": serial, "df": 1, "ts": start_s, "b": 1, "rc": rc, "hd": rows}


def test_good_readings_are_stored_where_they_were_measured(ingest, store, letters):
    outcome = ingest.take([delivery(message()), delivery(message("KPK-0003", rows=2), "gw-haya")])
    assert (outcome.stored, outcome.refused) == (6, 0)
    found = store.rows("KPK-0003", 0, 2**40)
    assert [found.villages[c] for c in found.village_code] == ["Haya", "Haya"]
    assert found.received_s.tolist() == [NOW_S] * 2
    assert letters.kept == []


def test_taking_the_same_deliveries_again_changes_nothing(ingest, store, letters):
    bad = message("KPK-9999", rows=3)
    for _ in range(2):
        ingest.take([delivery([message(), bad]), delivery(b"{")])
    assert store.count() == 4
    assert letters.count_readings() == 3 + 1


def test_an_unknown_serial_goes_to_the_dead_letters_whole(ingest, store, letters):
    sent = delivery([message("KPK-9999", rows=3), message()])
    outcome = ingest.take([sent])
    assert (outcome.stored, outcome.refused) == (4, 3)
    (letter,) = letters.kept
    assert letter.payload == sent.payload
    assert letter.publisher == "KPK-0001"
    assert letter.readings == 3
    assert "not assigned" in letter.reason


def test_only_the_device_and_its_gateway_are_heard(ingest, store, letters):
    own, through, stolen = delivery(message()), delivery(message("KPK-0002"), "gw-boti"), []
    stolen.append(delivery([message("KPK-0002", rows=3), message()], "KPK-0001"))
    stolen.append(delivery(message("KPK-0003", rows=2), "gw-boti"))
    stolen.append(delivery(message("KPK-0002", rows=1), ""))
    outcome = ingest.take([own, through, *stolen])
    assert (outcome.stored, outcome.refused) == (12, 6)
    assert [(letter.publisher, letter.readings) for letter in letters.kept] == [
        ("KPK-0001", 3),
        ("gw-boti", 2),
        ("", 1),
    ]
    assert all("may not speak for" in letter.reason for letter in letters.kept)


def test_a_device_read_by_a_gateway_may_still_report_by_itself(ingest):
    assert ingest.take([delivery(message("KPK-0002"), "KPK-0002")]).stored == 4


def test_each_reading_is_held_against_the_gateway_of_its_time(store, letters):
    moved_s = START_S + 1800
    history = (
        Assignment("KPK-0001", "A", 0, moved_s, gateway="gw-old"),
        Assignment("KPK-0001", "A", moved_s, gateway="gw-new"),
    )
    ingest = Ingest(decode, store, letters, lambda _serials: fleet(*history), MemoryTimes())
    assert ingest.take([delivery(message(), "gw-old")]).refused == 2
    assert ingest.take([delivery(message(), "gw-new")]).stored == 2


@pytest.mark.parametrize("start_s", [946_684_800, 0, int(NOW_S) + 86_400])
def test_a_wrong_clock_is_set_right_and_marked_and_what_it_said_is_kept(
    ingest, store, letters, start_s
):
    outcome = ingest.take([delivery(message(start_s=start_s, rows=2, rc=9)), delivery(message())])
    assert (outcome.stored, outcome.refused) == (6, 0)
    found = store.rows("KPK-0001", 0, 2**40).take(np.array([4, 5]))
    assert found.time_s.tolist() == [NOW_S - 900, NOW_S]
    assert found.device_time_s.tolist() == [start_s, start_s + 900]
    assert (found.quality & Quality.CLOCK_REBUILT).all()
    assert letters.kept == []


def test_a_wrong_clock_without_numbers_goes_to_the_dead_letters(ingest, store, letters):
    sent = message(start_s=0, rows=2)
    del sent["b"], sent["rc"]
    outcome = ingest.take([delivery(sent), delivery(message())])
    assert (outcome.stored, outcome.refused) == (4, 2)
    assert "wrong clock" in letters.kept[0].reason


def test_who_may_not_speak_for_a_device_decides_nothing_about_its_clock(ingest, letters):
    outcome = ingest.take([delivery(message("KPK-0003", start_s=0), "gw-boti")])
    assert outcome.refused == 4
    assert "may not speak" in letters.kept[0].reason
    assert ingest._times.kept == {}
    assert ingest.take([delivery(message("KPK-9999", start_s=0))]).refused == 4
    assert ingest._times.kept == {}


def test_ten_minutes_ahead_is_still_believed(ingest, store):
    assert ingest.take([delivery(message(rows=1, start_s=int(NOW_S) + 600))]).stored == 1
    assert ingest.take([delivery(message(rows=1, start_s=int(NOW_S) + 601, rc=2))]).stored == 1
    assert store.rows("KPK-0001", 0, 2**40).time_s.tolist() == [NOW_S, NOW_S + 600]


def test_an_impossible_value_is_left_out_marked_and_its_raw_message_kept(ingest, store, letters):
    sent = message(rows=2)
    sent["hd"][1][3] = 9_999_99
    outcome = ingest.take([delivery(sent)])
    assert (outcome.stored, outcome.refused, outcome.values_left_out) == (2, 0, 1)
    found = store.rows("KPK-0001", 0, 2**40)
    voltage = found.values[:, FIELD_INDEX["battery_voltage_v"]]
    np.testing.assert_array_equal(voltage, [13.34, np.nan])
    assert found.values[1, FIELD_INDEX["pv_voltage_v"]] == 18.12
    assert found.quality.tolist() == [0, Quality.OUT_OF_RANGE]
    (letter,) = letters.kept
    assert letter.readings == 0


def test_a_reading_the_store_refuses_is_found_by_halving_and_the_rest_is_stored(
    ingest, store, letters
):
    store.refused_times = {START_S + 900 * 37, START_S + 900 * 80}
    outcome = ingest.take(
        [delivery(message(rows=60)), delivery(message(rows=40, rc=61, start_s=START_S + 900 * 60))]
    )
    assert (outcome.stored, outcome.refused) == (98, 2)
    assert store.count() == 98
    assert letters.count_readings() == 2


def test_all_readings_of_one_message_that_the_store_refuses_are_counted(ingest, store, letters):
    store.refused_times = {START_S + 900 * 3, START_S + 900 * 7}
    sent = delivery(message(rows=10))
    outcome = ingest.take([sent, sent])
    assert (outcome.stored, outcome.refused) == (16, 4)
    assert store.count() == 8
    assert letters.count_readings() == 2


def test_while_the_store_is_away_nothing_counts_as_done(ingest, store, letters, monkeypatch):
    def away(_batch):
        raise StoreUnavailableError("gone")

    monkeypatch.setattr(store, "write", away)
    with pytest.raises(StoreUnavailableError):
        ingest.take([delivery([message(), message("KPK-9999")])])
    assert letters.kept == []


def test_readings_of_a_device_that_moved_stay_where_they_were_measured(store, letters):
    from collector.domain.device import Assignment

    moved_s = START_S + 1800
    registry = fleet(
        Assignment("KPK-0001", "A", 1_500_000_000, moved_s), Assignment("KPK-0001", "C", moved_s)
    )
    ingest = Ingest(decode, store, letters, lambda _serials: registry, MemoryTimes())
    assert ingest.take([delivery(message(rows=4))]).stored == 4
    found = store.rows("KPK-0001", 0, 2**40)
    assert [found.villages[c] for c in found.village_code] == ["Boti", "Boti", "Haya", "Haya"]
