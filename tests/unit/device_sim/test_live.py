import json

import numpy as np
import pytest

from device_sim.fault import Episode
from device_sim.live import Live
from device_sim.telemetry import Numbering
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, timeline_of

NOW_S = DAY * DAY_S + 5 * 3600 + 37
MUTE = Episode("silent", SERIALS[4], DAY * DAY_S, (DAY + 2) * DAY_S)


def live(**options) -> Live:
    timeline = timeline_of(episodes=[MUTE])
    return Live(timeline, Numbering.of(timeline.fleet, np.ones(12, np.int64)), **options)


def sent(messages) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for message in messages:
        body = json.loads(message.payload)
        found.setdefault(message.publisher, []).extend(body if isinstance(body, list) else [body])
    return found


@pytest.fixture(scope="module")
def now():
    return sent(live().messages(NOW_S))


def test_everybody_tells_one_row_of_this_instant(now):
    objects = [o for group in now.values() for o in group]
    assert {o["ts"] for o in objects} == {NOW_S}
    assert all(len(o["hd"]) == 1 for o in objects)
    assert {o["sn"] for o in objects} >= set(SERIALS) - {SERIALS[4]} - _in_gaps()


def _in_gaps() -> set[str]:
    timeline = timeline_of(episodes=[MUTE])
    heard = timeline.at(NOW_S)[1]
    return {s for s, h in zip(SERIALS, heard, strict=True) if not h}


def test_a_gateway_tells_of_all_its_systems_at_once(now):
    assert [o["sn"] for o in now["gw-boti"]] == list(SERIALS[:4])


def test_the_silent_say_nothing(now):
    assert SERIALS[4] not in now


def test_a_real_gateway_speaks_for_itself():
    assert "gw-boti" not in sent(live(served_gateway="gw-boti").messages(NOW_S))


def test_numbers_count_on_from_instant_to_instant():
    mine = live()
    first, second = (sent(mine.messages(NOW_S + wait)) for wait in (0, 60))
    assert first["gw-boti"][0]["rc"] + 1 == second["gw-boti"][0]["rc"]
    assert first["gw-boti"][0]["b"] == second["gw-boti"][0]["b"]


def test_a_clock_that_is_behind_stamps_the_present_with_the_past():
    behind = {"ahead_s": -5437.0, "per_day_s": 0.0}
    wrong = Episode("clock_fault", SERIALS[6], DAY * DAY_S, np.inf, 0.25, behind)
    timeline = timeline_of(episodes=[wrong])
    now = sent(Live(timeline, Numbering.of(timeline.fleet, np.ones(12, np.int64))).messages(NOW_S))
    stamps = {o["sn"]: o["ts"] for group in now.values() for o in group}
    assert stamps.pop(SERIALS[6]) == NOW_S - 5437
    assert set(stamps.values()) == {NOW_S}
