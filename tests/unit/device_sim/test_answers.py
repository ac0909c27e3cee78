import csv

import numpy as np

from device_sim.answers import COLUMNS, answers_of, write_answers
from device_sim.fault import Answer, Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, timeline_of

START_S = DAY * DAY_S
EPISODES = [
    Episode("silent", SERIALS[4], START_S + 3600, START_S + 2 * DAY_S),
    Episode("panel_disconnected", SERIALS[1], START_S + DAY_S, np.inf),
    Episode("lamp_failed", SERIALS[9], START_S + 50 * DAY_S, np.inf),
]


def test_what_was_injected_is_told_and_what_is_to_come_is_not():
    timeline = timeline_of(episodes=EPISODES)
    timeline.day(DAY + 4)
    told = answers_of(timeline, START_S + 5 * DAY_S)
    assert [(a.serial, a.fault) for a in told] == [
        (SERIALS[1], "panel_disconnected"),
        (SERIALS[4], "silent"),
    ]
    assert told[0].end_s is None
    assert told[1].end_s == START_S + 2 * DAY_S


def test_a_healthy_fleet_has_an_empty_sheet():
    timeline = timeline_of()
    timeline.day(DAY + 4)
    assert answers_of(timeline, START_S + 5 * DAY_S) == []


def test_the_sheet_has_the_agreed_columns_and_times(tmp_path):
    file = tmp_path / "answers.csv"
    write_answers(
        [
            Answer("KPK-0001", "silent", START_S, None, 1.0),
            Answer("KPK-0002", "battery_degraded", START_S, START_S + 60, 0.61234, START_S + 30),
        ],
        file,
    )
    rows = list(csv.DictReader(file.open()))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["start"] == "2026-02-16T00:00:00Z"
    assert rows[0]["end"] == rows[0]["dark_from"] == ""
    assert rows[1]["dark_from"] == "2026-02-16T00:00:30Z"
    assert rows[1]["severity"] == "0.612"
    assert [p.name for p in tmp_path.iterdir()] == ["answers.csv"]
