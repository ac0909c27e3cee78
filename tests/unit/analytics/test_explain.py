"""One system told number by number."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from analytics.archive.files import FileArchive
from analytics.archive.refresh import Reading
from analytics.detectors import DETECTORS
from analytics.explain import explain
from analytics.indicators.daily import INDICATORS
from analytics.indicators.field_events import EVENT_COLUMNS, FieldEvent, FieldEventKind
from analytics.look_back import as_of_s, look_backs
from tests.fixtures.array_store import ArrayStore
from tests.fixtures.village_fleet import nights, registry_of
from tests.fixtures.village_physics import FIRST_DAY, run
from tests.fixtures.village_runs import mixed_fleet


@pytest.fixture(scope="module")
def village():
    fleet = mixed_fleet()
    fleet.connected[11, 25:] = False
    return registry_of(fleet), ArrayStore(run(fleet)), [s.code for s in fleet.systems]


def test_every_indicator_and_every_detector_is_told(village):
    registry, store, codes = village
    told = explain(store, registry, codes[11], nights(30, 30)[0])
    names = {i.name for i in INDICATORS} | {"unheard_days"} | set(EVENT_COLUMNS.values())
    assert {i["name"] for i in told.indicators} == names
    assert all(i["unit"] and i["equation"] and i["source"] for i in told.indicators)
    assert all(len(i["values"]) == 7 for i in told.indicators)
    assert [f["fault"] for f in told.findings] == list(DETECTORS)
    by_fault = {f["fault"]: f for f in told.findings}
    assert by_fault["panel_disconnected"]["set"]
    assert not by_fault["lamp_failed"]["set"]


def test_it_can_be_read_by_a_program_and_by_a_person(village):
    registry, store, codes = village
    told = explain(store, registry, codes[11], nights(30, 30)[0])
    assert json.loads(json.dumps(told.as_json(), allow_nan=False))["system"] == codes[11]
    text = "\n".join(told.lines())
    assert "SET" in text
    assert "For 2 whole days the panel showed at most" in text
    assert "panel_v_max" in text


def test_readings_in_doubt_are_told_never_silently_used(village):
    """A voltage of 99 V for an hour, and its healthy twin next door."""
    registry, store, codes = village
    held = store.held
    volts = held["battery_voltage_v"].copy()
    noon = 48 + 30 * 96 + 48
    volts[5, noon : noon + 4] = 99.0
    spoilt = ArrayStore(replace(held, values={**held.values, "battery_voltage_v": volts}))
    told = explain(spoilt, registry, codes[5], nights(30, 30)[0])
    (out,) = [o for o in told.left_out if o["field"] == "battery_voltage_v"]
    assert (out["day"], out["readings"], out["of"]) == (
        (FIRST_DAY + timedelta(30)).isoformat(),
        4,
        96,
    )
    assert "4 of 96" in "\n".join(told.lines())
    other = explain(spoilt, registry, codes[6], nights(30, 30)[0])
    assert not [o for o in other.left_out if o["field"] == "battery_voltage_v"]


def test_what_is_foreseen_is_told_with_its_reasons(village):
    registry, store, codes = village
    told = explain(store, registry, codes[0], nights(50, 50)[0])
    assert 0.0 <= told.foreseen["p_dark_4w"] <= told.foreseen["p_dark_8w"] <= 1.0
    assert all(reason["said"] for reason in told.foreseen["reasons"])
    assert "within 8 weeks" in "\n".join(told.lines())


def test_what_people_did_is_told(village):
    registry, store, codes = village
    done = FieldEvent(codes[0], as_of_s(nights(30, 30)[0]) - 12 * 3600.0, FieldEventKind.REPAIRED)
    told = explain(store, registry, codes[0], nights(30, 30)[0], events=[done])
    (repaired,) = [i for i in told.indicators if i["name"] == "event_repaired"]
    assert repaired["values"] == [0.0] * 6 + [1.0]


def test_kept_indicators_are_used_and_left_as_they_are(village, tmp_path):
    """Kept until day 30, asked for day 31: one day is read for the numbers, seven for the masks."""
    registry, store, codes = village
    archive = FileArchive(tmp_path, lambda: 2e9)
    list(look_backs(Reading(store, registry, archive), nights(30, 30)))
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    fresh = explain(store, registry, codes[11], nights(31, 31)[0])
    before = store.reads
    told = explain(store, registry, codes[11], nights(31, 31)[0], archive=archive)
    assert store.reads == before + 2
    assert told == fresh
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == kept


def test_an_unknown_code_is_named(village):
    registry, store, _ = village
    with pytest.raises(LookupError, match="BOT-9999"):
        explain(store, registry, "BOT-9999", nights(30, 30)[0])
