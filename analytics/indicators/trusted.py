"""A view of which everything doubtful was left out, and what was doubted, for all to see."""

from dataclasses import replace

import numpy as np

from analytics.indicators.day_view import DayView, Doubts, Facts, day_view
from analytics.indicators.interval import held
from analytics.quality.clean import clean, excluded
from analytics.quality.clock import (
    astray,
    hours_apart,
    lit_middle_h,
    village_middle_h,
    without_days,
)
from analytics.quality.offset import night_panel_current, without_offset
from collector.domain.block import Block
from collector.domain.device import Village

SUN_ASTRAY_H = 0.75
"""A village whose every panel has its noon elsewhere has wrong coordinates, or a wrong zone [K]."""


def trusted_view(block: Block, days: int, village: Village, facts: Facts) -> DayView:
    """The view for the indicators: masks applied, meters and clocks put right or left out.

    Day and night come from the place's coordinates, unless the village's own panels say otherwise:
    then the panels are believed. ``block`` as for ``day_view``.
    """
    block = held(block)
    found = excluded(block)
    block = clean(block, found) if found else block
    middle_h = lit_middle_h(block)
    view = day_view(block, days, village, facts)
    noon_h = view.sun.noon_h
    village_h = village_middle_h(middle_h, noon_h)
    known = np.isfinite(village_h)
    sun = view.sun
    if known.any() and abs(float(np.median(village_h[known])) - noon_h) > SUN_ASTRAY_H:
        sun = sun.with_noon(float(np.median(village_h[known])))
    shift_h = hours_apart(middle_h, np.where(known, village_h, sun.noon_h)[None, :])
    block = without_days(block, astray(middle_h, village_h))
    night_a = night_panel_current(block)
    block = without_offset(block, night_a)
    return replace(view, block=block, sun=sun, doubts=Doubts(found, night_a, shift_h), kept={})
