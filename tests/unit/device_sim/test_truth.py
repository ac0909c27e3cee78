import numpy as np

from device_sim.truth import DayTruth, Record


def day(number: int) -> DayTruth:
    value = np.array([0.5, 0.25], np.float32) * number
    return DayTruth(
        number, value, value, value, value, np.array([False, number == 3]), value, value > 1.5
    )


def record(*days: int) -> Record:
    kept = Record()
    for number in days:
        kept.add(day(number))
    return kept


def test_a_system_gets_its_own_column():
    truth = record(2, 3, 4).of_system(1, 0.0, 10 * 86_400)
    assert truth.capacity.tolist() == [0.5, 0.75, 1.0]
    assert truth.sunless.tolist() == [False, True, False]
    assert truth.day_s.tolist() == [2 * 86_400, 3 * 86_400, 4 * 86_400]


def test_days_after_the_end_do_not_count():
    assert record(2, 3, 4).of_system(0, 0.0, 3 * 86_400).day_s.size == 1


def test_a_moment_finds_its_day_and_stays_within_the_record():
    truth = record(2, 3, 4).of_system(0, 0.0, 10 * 86_400)
    assert [truth.day_of(d * 86_400 + 60) for d in (0, 2, 3, 9)] == [0, 0, 1, 2]


def test_a_part_of_a_record_keeps_its_days_only():
    part = record(2, 3, 4).of_system(0, 0.0, 10 * 86_400).part(1, 3)
    assert part.capacity.tolist() == [1.5, 2.0]
    assert part.renewed.tolist() == [False, True]
    assert part.day_s.tolist() == [3 * 86_400, 4 * 86_400]
    assert part.end_s == 10 * 86_400
