"""All daily indicators of one village: tiles that fit the cache, one theme after the other."""

from collections.abc import Mapping, Sequence

import numpy as np

from analytics.indicators.day_view import (
    FIELDS_READ,
    Facts,
    Floats,
    days_under_one_sun,
    facts_of,
)
from analytics.indicators.definition import Indicator
from analytics.indicators.masked import day_by_day
from analytics.indicators.themes import THEMES
from analytics.indicators.trusted import trusted_view
from collector.domain.block import Block
from collector.domain.clock import DAY_S
from collector.domain.device import System, Village

INDICATORS: tuple[Indicator, ...] = tuple(i for theme in THEMES for i in theme.indicators)


def daily_indicators(
    block: Block, systems: Sequence[System], village: Village, days: int
) -> dict[str, Floats]:
    """Every indicator of ``INDICATORS`` for ``days`` local days, each of shape (systems, days).

    ``block`` has a row for each of ``systems``, carries ``FIELDS_READ`` and starts at the local
    noon before the first day, so that the first night is whole; its step divides a day. All its
    systems are neighbours under one sky. Pure; raises ValueError if the block is too short.
    """
    samples = DAY_S // block.step_s
    if block.steps < samples // 2 + days * samples:
        raise ValueError(
            f"{days} days need {samples // 2 + days * samples} columns from the noon before, "
            f"the block has {block.steps}"
        )
    facts = facts_of(systems)
    found: dict[str, list[Floats]] = {i.name: [] for i in INDICATORS}
    first = 0
    while first < days:
        many = min(days_under_one_sun(block.start_s + first * DAY_S), days - first)
        for name, values in _tile(block, first, many, village, facts).items():
            found[name].append(values)
        first += many
    if not days:
        return {name: np.zeros((len(systems), 0), np.float32) for name in found}
    return {name: _joined(parts) for name, parts in found.items()}


def _joined(parts: Sequence[Floats]) -> Floats:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def _tile(
    block: Block, first: int, days: int, village: Village, facts: Facts
) -> Mapping[str, Floats]:
    samples = DAY_S // block.step_s
    columns = slice(first * samples, (first + days) * samples + samples // 2)
    part = Block(
        block.labels,
        block.start_s + first * DAY_S,
        block.step_s,
        {field: day_by_day(block[field][:, columns]) for field in FIELDS_READ},
        day_by_day(block.rows[:, columns]),
    )
    found: dict[str, Floats] = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        view = trusted_view(part, days, village, facts)
        for theme in THEMES:
            found.update(theme.measure(view))
    return found
