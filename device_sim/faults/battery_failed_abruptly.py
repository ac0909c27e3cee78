"""A battery that fails from one day to the next: a shorted cell, a broken strap.

Nothing foretells it. A shorted cell takes about two volts off the whole pack for good; a broken
strap leaves a little capacity behind a high resistance.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from device_sim.darkness import first_dark_day
from device_sim.fault import Answer, Episode, Fault, Span, told_as_it_was
from device_sim.levers import Levers
from device_sim.truth import SystemTruth

CODE = "battery_failed_abruptly"
_SHORTED_SHARE = 0.7


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """Sound in the morning, broken in the evening; half of them are replaced within weeks."""
    start_s, end_s = span.spell(rng, 10.0, ends=0.5, lasts_days=(10.0, 45.0))
    shorted = rng.random() < _SHORTED_SHARE
    shape = {"shorted_cells": float(shorted), "ohm": 1.2 if shorted else rng.uniform(15.0, 40.0)}
    severity = rng.uniform(0.4, 0.6) if shorted else rng.uniform(0.6, 0.85)
    return Episode(CODE, serial, start_s, end_s, float(severity), shape)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """From the day after the failure on a cell is missing or the current finds no way."""
    if episode.start_s <= times_s[0] < episode.end_s:
        levers.capacity[row] *= 1.0 - episode.severity
        levers.ohm[row] *= episode.shape["ohm"]
        levers.shorted_cells[row] += episode.shape["shorted_cells"]


def answer(episode: Episode, truth: SystemTruth) -> Answer | None:
    """As it was, with the first week that it left its home dark."""
    told = told_as_it_was(episode, truth)
    if told is None:
        return None
    failed = episode.during(truth.day_s)
    last = truth.day_of(min(episode.end_s, truth.end_s) - 1)
    dark = first_dark_day(truth, failed, last + 1)
    return replace(told, dark_from_s=None if dark is None else float(truth.day_s[dark]))


FAULTS = (
    # One battery failure in seven is abrupt beside those that wear out (10-30 % are [K]).
    Fault(CODE, 0.03, draw, act, answer, renews_battery=True),
)
