"""The poller over a bus in memory: whole readings or none, and no device at another's expense."""

import pytest

from collector.controllers.controller_map import Block
from collector.gateway.device import LONGEST_BACKOFF, PATIENCE
from collector.gateway.poller import LONGEST_READING_S
from collector.gateway.port import BadReplyError, BusDownError, NoReplyError, RefusedError
from tests.fixtures.small_map import register, small_map
from tests.unit.collector.gateway.polling_scene import NOW_S, Scene


def test_a_reading_holds_the_fields_of_all_blocks_at_the_time_of_asking():
    scene = Scene([7])
    done = scene.poller.cycle()
    assert done.read == ["S7"]
    (reading,) = scene.kept
    assert (reading.serial, reading.time_s, reading.data_format) == ("S7", int(NOW_S), 1)
    assert reading.fields == {
        "pv_voltage_v": 700.0,
        "battery_current_a": float(700 + (701 << 16)),
        "fault_bits": 0.0,
    }


def test_facts_that_are_no_fields_stay_here():
    scene = Scene([1])
    scene.poller.cycle()
    assert "case_c" not in scene.kept[0].fields


@pytest.mark.parametrize("error", [NoReplyError("late"), BadReplyError("crc"), ValueError("bug")])
@pytest.mark.parametrize("good_blocks", [0, 1, 2])
def test_a_broken_cycle_is_dropped_whole_and_tried_once_more(error, good_blocks):
    scene = Scene([1, 2])
    scene.trouble(1, *[None] * good_blocks, error)
    done = scene.poller.cycle()
    assert done.read == ["S2", "S1"], "the second try comes after the others"
    assert not done.failed
    assert len(scene.kept) == 2
    assert scene.bus.resets == 1


def test_after_a_failure_the_next_answer_is_fenced_off():
    scene = Scene([1])
    scene.trouble(1, NoReplyError("late"))
    scene.poller.cycle()
    names = [name for _, name in scene.bus.asked]
    assert names == ["panel", "fence", "panel", "battery", "heat"]
    scene.bus.asked.clear()
    scene.poller.cycle()
    assert "fence" not in [name for _, name in scene.bus.asked]


def test_the_fence_stays_up_until_it_is_answered():
    scene = Scene([1])
    scene.trouble(1, NoReplyError("late"), NoReplyError("fence too"))
    assert scene.poller.cycle().failed == ["S1"]
    scene.bus.asked.clear()
    scene.poller.cycle()
    assert scene.bus.asked[0] == (1, "fence")


def test_an_exception_that_may_be_an_older_answer_teaches_nothing():
    scene = Scene([1])
    scene.trouble(1, NoReplyError("late"), RefusedError(1, "fence", 2))
    assert scene.poller.cycle().failed == ["S1"]
    assert not scene.devices[0].missing
    assert scene.devices[0].out_of_step
    assert scene.bus.resets == 2


def test_an_optional_block_is_left_out_after_exception_2():
    scene = Scene([1])
    scene.trouble(1, None, None, RefusedError(1, "heat", 2))
    assert scene.poller.cycle().read == ["S1"]
    assert scene.bus.resets == 0
    scene.bus.asked.clear()
    scene.poller.cycle()
    assert [name for _, name in scene.bus.asked] == ["panel", "battery"]


@pytest.mark.parametrize(
    ("good_blocks", "code"), [(0, 2), (2, 6)], ids=["required block", "busy, not missing"]
)
def test_other_refusals_fail_the_reading_but_not_the_bus(good_blocks, code):
    scene = Scene([1])
    error = RefusedError(1, "x", code)
    scene.trouble(1, *[None] * good_blocks, error, *[None] * good_blocks, error)
    assert scene.poller.cycle().failed == ["S1"]
    assert scene.bus.resets == 0
    assert not scene.devices[0].missing
    assert not scene.kept


def test_the_dead_are_asked_ever_less_and_the_others_always():
    scene = Scene(range(1, 31))
    scene.bus.dead = {3, 9, 14, 22, 30}
    asked_of_dead = []
    for _ in range(20):
        scene.bus.asked.clear()
        done = scene.poller.cycle()
        assert len(done.read) == 25
        asked_of_dead.append(sum(unit in scene.bus.dead for unit, _ in scene.bus.asked))
    assert len(scene.kept) == 20 * 25
    assert asked_of_dead[0] == 10, "each is tried twice while there is hope"
    steady = asked_of_dead[PATIENCE + 5 :]
    assert sum(steady) <= 5 * (len(steady) // (LONGEST_BACKOFF + 1) + 1)


def test_those_that_failed_come_last():
    scene = Scene([1, 2, 3])
    scene.bus.dead = {1}
    scene.poller.cycle()
    scene.bus.asked.clear()
    scene.poller.cycle()
    assert [unit for unit, _ in scene.bus.asked][:2] == [2, 2]
    assert scene.bus.asked[-1][0] == 1


def test_a_device_that_comes_back_is_found_and_trusted_again():
    scene = Scene([1])
    scene.bus.dead = {1}
    for _ in range(30):
        scene.poller.cycle()
    scene.bus.dead = set()
    waited = 0
    while not scene.kept:
        scene.poller.cycle()
        waited += 1
    assert waited <= LONGEST_BACKOFF + 1
    scene.poller.cycle()
    assert len(scene.kept) == 2


def test_a_line_that_is_away_is_nobodys_fault():
    scene = Scene([1, 2])
    scene.bus.away = True
    for _ in range(50):
        assert not scene.poller.cycle().failed
    assert len(scene.bus.asked) == 50, "one request finds out; the others are spared"
    scene.bus.away = False
    assert scene.poller.cycle().read == ["S1", "S2"]


def test_an_adapter_that_hung_up_costs_no_reading():
    scene = Scene([1, 2])
    scene.trouble(1, BusDownError("idle"))
    assert sorted(scene.poller.cycle().read) == ["S1", "S2"]


def test_a_reading_that_took_too_long_is_none():
    scene = Scene([1])
    slow = iter([0.0, LONGEST_READING_S + 1, 100.0, 100.1])
    scene.poller._monotonic = lambda: next(slow)
    assert scene.poller.cycle().read == ["S1"]
    assert len(scene.kept) == 1


def test_a_disk_that_refuses_does_not_stop_the_poller():
    scene = Scene([1, 2])

    def refuse(reading):
        if reading.serial == "S1":
            raise OSError("disk full")
        scene.kept.append(reading)

    scene.poller._deliver = refuse
    done = scene.poller.cycle()
    assert done.read == ["S2"]
    assert done.failed == ["S1"]
    assert len(scene.kept) == 1


def test_an_absurd_value_is_passed_on_for_the_server_to_judge():
    absurd = small_map(
        registers=(register("soc_percent", 100, unit="%", field="soc_percent", maximum=100.0),),
        status=(),
        blocks=(Block("panel", 4, 100, 3, poll=True),),
    )
    scene = Scene([28], absurd)
    scene.poller.cycle()
    assert scene.kept[0].fields == {"soc_percent": 2800.0}


class Waiting:
    """Lets time pass on the scene's clock; ends the run after some waits."""

    def __init__(self, scene, times, early_s=0.0):
        self.scene = scene
        self.waits = []
        self.early_s = early_s
        scene.poller._stopping = lambda: len(self.waits) >= times

    def __call__(self, seconds):
        self.waits.append(seconds)
        self.scene.now_s += max(seconds - self.early_s, self.early_s)


def test_it_runs_at_the_multiples_of_the_interval_until_told_to_stop():
    scene = Scene([1])
    waiting = Waiting(scene, 3)
    scene.poller.run(900, waiting)
    assert [r.time_s % 900 for r in scene.kept][1:] == [0, 0]
    assert waiting.waits[1:] == [900, 900]


def test_a_sleep_that_ends_early_makes_no_second_reading():
    scene = Scene([1])
    scene.poller.run(900, Waiting(scene, 6, early_s=0.001))
    assert [r.time_s % 900 for r in scene.kept][1:] == [0, 0]


def test_a_clock_set_back_by_a_day_does_not_stop_it_for_a_day():
    scene = Scene([1])

    def wait(seconds):
        waits.append(seconds)
        scene.now_s += seconds - (86_400 if len(waits) == 1 else 0)

    waits = []
    scene.poller._stopping = lambda: len(waits) >= 3
    scene.poller.run(900, wait)
    assert len(scene.kept) == 3
    assert max(waits) <= 900


def test_a_stop_in_the_middle_of_a_cycle_is_heeded():
    scene = Scene([1, 2, 3])
    scene.poller._stopping = lambda: bool(scene.kept)
    scene.poller.cycle()
    assert len(scene.kept) == 1
