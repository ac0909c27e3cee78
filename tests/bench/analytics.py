"""`suluh bench analytics`: what a night costs for each system, on one core, in CPU time."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analytics.detectors import DETECTORS
from analytics.indicators.daily import INDICATORS, daily_indicators
from analytics.indicators.day_view import HALF_DAY_S
from analytics.indicators.masked import day_by_day
from analytics.indicators.table import IndicatorTable
from analytics.look_back import LOOK_BACK_DAYS, MOST_TOGETHER
from analytics.prognosis.turns import WEEK, looked_ahead
from collector.domain.block import Block
from collector.domain.clock import DAY_S
from tests.fixtures.village_physics import SAMPLES, VILLAGE, Fleet, run, systems, table_of, weather
from tests.fixtures.village_runs import with_silence

VILLAGE_SYSTEMS = 400
"""A neighbourhood as the nightly run reads it."""
HISTORY_DAYS = 90
RECOMPUTE_DAYS = 30
NATION = 7_000_000
YEAR_DAYS, WASHED_EVERY_DAYS, DIRT_A_DAY = 365, 45, 0.004
VARIANTS = 4
"""Different villages in turn, so that no cache holds the answer."""


@dataclass(frozen=True)
class Village:
    """A village's readings and its indicators, as an archive keeps them in memory."""

    block: Block
    table: IndicatorTable


def measure(wanted: int, say: Callable[[str], None]) -> dict[str, Any]:
    """CPU microseconds a system for each step of a night, and systems a second, of one core."""
    say(f"{VARIANTS} villages of {VILLAGE_SYSTEMS} systems live through {HISTORY_DAYS} days")
    villages = [_village(seed) for seed in range(VARIANTS)]
    rounds = max(1, wanted // VILLAGE_SYSTEMS)
    say(f"a night of {rounds * VILLAGE_SYSTEMS} systems, by the mean of {WEEK} nights")
    yesterday = [_last_days(v, 1) for v in villages]
    month = [_last_days(v, RECOMPUTE_DAYS) for v in villages]
    night = {
        "indicators": _us(rounds, villages, lambda i, v: _indicators(v, yesterday[i], 1)),
        **_week(rounds, [v.table for v in villages]),
    }
    say(f"{RECOMPUTE_DAYS} days of {max(1, rounds // 10) * VILLAGE_SYSTEMS} systems anew")
    anew = _us(
        max(1, rounds // 10), villages, lambda i, v: _indicators(v, month[i], RECOMPUTE_DAYS)
    )
    nightly_us = sum(night.values())
    recompute_us = anew + night["detectors"] + night["prognosis"]
    return {
        "systems": rounds * VILLAGE_SYSTEMS,
        "cpu_us_per_system": {name: round(us, 2) for name, us in night.items()},
        "nightly_systems_per_second": round(1e6 / nightly_us),
        "recompute_days": RECOMPUTE_DAYS,
        "recompute_systems_per_second": round(1e6 / recompute_us),
        "nation_systems": NATION,
        "nation_nightly_minutes_one_core": round(NATION * nightly_us / 6e7, 1),
        "nation_recompute_hours_one_core": round(NATION * recompute_us / 3.6e9, 2),
        "detectors": len(DETECTORS),
        "indicators": len(INDICATORS),
    }


def one_year(seed: int = 1) -> Block:
    """A system-year of readings every 15 minutes, for the peers."""
    return run(Fleet(systems(1), YEAR_DAYS, seed=seed, sky=weather(YEAR_DAYS, seed)))


def dirty_year(seed: int = 1) -> np.ndarray:
    """Each day's yield over what sun and temperature would give, shape (days,): dirt and rain.

    RdTools wants a plant that is never held back and whose irradiance is measured; a home with a
    full battery and no pyranometer cannot give it that, so it is given the answer of that step.
    """
    dirt = DIRT_A_DAY * (np.arange(YEAR_DAYS) % WASHED_EVERY_DAYS)
    return (1.0 - dirt) * np.random.default_rng(seed).normal(1.0, 0.02, YEAR_DAYS)


def _village(seed: int) -> Village:
    fleet = Fleet(systems(VILLAGE_SYSTEMS), HISTORY_DAYS, seed, weather(HISTORY_DAYS, seed))
    block = run(fleet)
    table = with_silence(table_of(fleet, block))
    kept = {name: day_by_day(values) for name, values in table.values.items()}
    return Village(block, replace(table, values=kept))


def _last_days(village: Village, days: int) -> Block:
    """The last days of a village's block, from the noon before."""
    block = village.block
    columns = slice(block.steps - days * SAMPLES - HALF_DAY_S * SAMPLES // DAY_S, block.steps)
    return Block(
        block.labels,
        block.start_s + columns.start * block.step_s,
        block.step_s,
        {field: np.ascontiguousarray(v[:, columns]) for field, v in block.values.items()},
        np.ascontiguousarray(block.rows[:, columns]),
    )


def _indicators(village: Village, block: Block, days: int) -> None:
    daily_indicators(block, village.table.systems, VILLAGE, days)


def _week(rounds: int, villages: list[IndicatorTable]) -> dict[str, float]:
    """CPU microseconds a system and night of detectors and prognosis, the mean of seven nights.

    Villages are joined, judged and foreseen as the nightly run does it: a forecast is made once a
    week, and where something happened.
    """
    together = max(1, MOST_TOGETHER // VILLAGE_SYSTEMS)
    spent = np.zeros(2)
    nights = -(-rounds // (together * WEEK)) * WEEK
    for i in range(-1, nights):  # one more than counts: nothing is cold then
        company = [villages[(i + k) % len(villages)] for k in range(together)]
        column = HISTORY_DAYS - 1 - i % WEEK
        begun = time.process_time()
        table = IndicatorTable.joined(company).until(column, LOOK_BACK_DAYS)
        day = len(table.days) - 1
        _detect(table, day)
        judged = time.process_time()
        looked_ahead(table, day, 0.0, frozenset({table.days[day].toordinal() % WEEK}))
        if i >= 0:
            spent += (judged - begun, time.process_time() - judged)
    us = 1e6 * spent / (nights * together * VILLAGE_SYSTEMS)
    return {"detectors": float(us[0]), "prognosis": float(us[1])}


def _detect(table: IndicatorTable, day: int) -> None:
    with np.errstate(invalid="ignore", divide="ignore"):
        for detector in DETECTORS.values():
            detector.judge(table, day)


def _us(rounds: int, villages: list[Village], work: Callable[[int, Village], Any]) -> float:
    """CPU microseconds a system; one round is not counted."""
    work(0, villages[0])
    began = time.process_time()
    for i in _turns(rounds):
        work(i, villages[i])
    return 1e6 * (time.process_time() - began) / (rounds * VILLAGE_SYSTEMS)


def _turns(rounds: int) -> Iterator[int]:
    return (i % VARIANTS for i in range(rounds))
