from datetime import UTC, datetime

import pytest

from device_sim.climate import MALUKU, TIMOR, climate_of, normal_on
from tests.fixtures.simulated_field import BOTI, HAYA


def day(month: int, number: int = 15) -> int:
    return int(datetime(2026, month, number, tzinfo=UTC).timestamp() // 86_400)


def test_each_region_has_its_own_climate():
    assert climate_of(BOTI) is TIMOR
    assert climate_of(HAYA) is MALUKU


def test_timor_is_dry_when_seram_is_wet():
    assert normal_on(TIMOR.wetness, day(7)) < 0.1
    assert normal_on(MALUKU.wetness, day(7)) > 0.6
    assert normal_on(TIMOR.wetness, day(1)) > 0.6


def test_normals_run_on_over_the_turn_of_the_year():
    before, after = normal_on(TIMOR.wetness, day(12, 31)), normal_on(TIMOR.wetness, day(1, 1))
    assert before == pytest.approx(after, abs=0.01)
    assert min(TIMOR.wetness) <= before <= max(TIMOR.wetness)
