"""One file per fault, found by its place: a module of this folder with a ``DETECTOR`` is a detector.

To add a fault, add a file. ``detectors()`` is the whole list, keyed by fault code.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from analytics.detectors.detector import Detector


@cache
def detectors() -> Mapping[str, Detector]:
    """Every detector of this folder by fault code, in order of module names.

    Raises ValueError when two files claim the same fault.
    """
    found: dict[str, Detector] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        detector = getattr(importlib.import_module(f"{__name__}.{module}"), "DETECTOR", None)
        if not isinstance(detector, Detector):
            continue
        if detector.fault in found:
            raise ValueError(f"{module}.py: there is a detector for {detector.fault} already")
        found[detector.fault] = detector
    return MappingProxyType(found)
