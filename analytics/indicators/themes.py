"""One module per theme of indicators, found by its place.

A module here with ``INDICATORS`` and ``measure(view)`` is a theme: ``measure`` returns every one of
them, arrays of shape (systems, days). To add indicators, add a module or a line to its table.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import analytics.indicators
from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator


@dataclass(frozen=True, slots=True)
class Theme:
    """Indicators that are measured together."""

    name: str
    indicators: tuple[Indicator, ...]
    measure: Callable[[DayView], Mapping[str, Floats]]


def _found() -> tuple[Theme, ...]:
    found: list[Theme] = []
    taken: set[str] = set()
    for name in sorted(m.name for m in pkgutil.iter_modules(analytics.indicators.__path__)):
        if name in {"themes", "daily"}:
            continue
        module = importlib.import_module(f"analytics.indicators.{name}")
        if not hasattr(module, "measure"):
            continue
        twice = taken & {i.name for i in module.INDICATORS}
        if twice:
            raise ValueError(f"{name}.py: there is an indicator {min(twice)} already")
        taken |= {i.name for i in module.INDICATORS}
        found.append(Theme(name, tuple(module.INDICATORS), module.measure))
    return tuple(found)


THEMES: tuple[Theme, ...] = _found()
