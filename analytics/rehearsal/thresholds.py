"""A detector with other thresholds: the same file, read anew, with other numbers in it.

A detector's thresholds are the plain numbers in capitals of its own file. Those that it shares with
others stand in the others' files and are not changed here: the copy would not reach them.
"""

import importlib.util
import re
from collections.abc import Mapping
from types import ModuleType

from analytics.detectors.detector import Detector

Thresholds = Mapping[str, Mapping[str, float]]
"""Fault code -> name of the threshold -> its value."""
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]*")


def thresholds_of(fault: str) -> dict[str, float]:
    """The thresholds of a detector by name, as they are. Raises KeyError for an unknown fault."""
    module = _fresh(fault)
    return {name: value for name, value in vars(module).items() if _is_threshold(name, value)}


def with_thresholds(fault: str, wanted: Mapping[str, float]) -> Detector:
    """The detector as it would be with these thresholds; the real one stays as it is.

    Whole numbers stay whole. Raises KeyError for an unknown fault, LookupError for a threshold
    that its file does not have.
    """
    module = _fresh(fault)
    for name, value in wanted.items():
        now = getattr(module, name, None)
        if not _is_threshold(name, now):
            known = ", ".join(sorted(thresholds_of(fault)))
            raise LookupError(f"{fault} has no threshold {name}; it has {known}")
        setattr(module, name, round(value) if isinstance(now, int) else float(value))
    return module.DETECTOR


def _fresh(fault: str) -> ModuleType:
    """The detector's module once more, apart from the one that everybody uses."""
    name = f"analytics.detectors.{fault}"
    spec = importlib.util.find_spec(name) if fault.isidentifier() else None
    if spec is None or spec.loader is None:
        raise KeyError(fault)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not isinstance(getattr(module, "DETECTOR", None), Detector):
        raise KeyError(fault)
    return module


def _is_threshold(name: str, value: object) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and _CAPITALS.fullmatch(name) is not None
