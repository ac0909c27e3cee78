"""One system told number by number."""

import json

import pytest

from analytics.detectors import DETECTORS
from analytics.explain import explain
from analytics.indicators.daily import INDICATORS
from tests.fixtures.array_store import ArrayStore
from tests.fixtures.village_fleet import nights, registry_of
from tests.fixtures.village_physics import run
from tests.fixtures.village_runs import mixed_fleet


@pytest.fixture(scope="module")
def village():
    fleet = mixed_fleet()
    fleet.connected[11, 25:] = False
    return registry_of(fleet), ArrayStore(run(fleet)), [s.code for s in fleet.systems]


def test_every_indicator_and_every_detector_is_told(village):
    registry, store, codes = village
    told = explain(store, registry, codes[11], nights(30, 30)[0])
    assert {i["name"] for i in told.indicators} == {i.name for i in INDICATORS} | {"unheard_days"}
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


def test_an_unknown_code_is_named(village):
    registry, store, _ = village
    with pytest.raises(LookupError, match="BOT-9999"):
        explain(store, registry, "BOT-9999", nights(30, 30)[0])
