"""Walks the folder: no fault is added that does not draw, act and answer as it must."""

from pathlib import Path

import numpy as np
import pytest

import device_sim.faults
from device_sim.fault import Span
from device_sim.faults import known_faults
from device_sim.grid import times_of
from device_sim.levers import Levers
from tests.fixtures.simulated_field import DAY, DAY_S

FOLDER = Path(device_sim.faults.__file__).parent
FILES = sorted(p.stem for p in FOLDER.glob("*.py") if p.stem != "__init__")
FAULTS = known_faults()
SPAN = Span(DAY * DAY_S, (DAY + 60) * DAY_S)
AGREED = frozenset(
    [
        "battery_degraded",
        "battery_failed_abruptly",
        "panel_soiled",
        "panel_shaded",
        "panel_substring_failed",
        "panel_disconnected",
        "panel_connector_loose",
        "panel_degraded",
        "controller_load_off",
        "sensor_fault",
        "clock_fault",
        "load_bypassed",
        "lamp_failed",
        "lamp_partial",
        "lamp_day_burner",
        "lamp_early_dark",
        "silent",
    ]
)


def test_every_file_is_a_fault_of_the_agreed_list_and_has_its_test():
    assert {fault.code for fault in FAULTS} == set(FILES)
    assert set(FILES) <= AGREED
    tests = {p.stem.removeprefix("test_") for p in Path(__file__).parent.glob("test_*.py")}
    assert set(FILES) <= tests


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.code}/{f.scope}")
def test_draws_are_sound(fault):
    for seed in range(30):
        episode = fault.draw(np.random.default_rng(seed), "KPK-0001", SPAN)
        assert episode.fault == fault.code
        assert episode.serial == "KPK-0001"
        assert episode.start_s < min(episode.end_s, SPAN.end_s)
        assert 0 < episode.severity <= 1
    assert fault.rate_per_year > 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.code}/{f.scope}")
def test_an_episode_changes_its_own_row_within_its_time_and_nothing_else(fault):
    for seed in range(10):
        episode = fault.draw(np.random.default_rng(seed), "KPK-0001", SPAN)
        first = int(episode.start_s // DAY_S)
        touched = False
        for day in (first - 2, first + 1, first + 30, first + 200):
            levers, plain = Levers.untouched(3), Levers.untouched(3)
            fault.act(episode, levers, 1, times_of(day))
            for name in Levers.__dataclass_fields__:
                mine, normal = getattr(levers, name), getattr(plain, name)
                assert np.array_equal(mine[[0, 2]], normal[[0, 2]])
                changed = not np.array_equal(mine[1], normal[1])
                touched |= changed
                if day < first or day * DAY_S > episode.end_s:
                    assert not changed
        assert touched
