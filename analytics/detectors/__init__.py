"""One file per fault, found by its place: a module here that has a ``DETECTOR`` is a detector.

To add a fault, add a file. ``DETECTORS`` is the whole list by fault code, in order of file names.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from analytics.detectors.detector import Detector


def _found() -> Mapping[str, Detector]:
    found: dict[str, Detector] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        detector = getattr(importlib.import_module(f"{__name__}.{module}"), "DETECTOR", None)
        if not isinstance(detector, Detector):
            continue
        if detector.fault in found:
            raise ValueError(f"{module}.py: there is a detector for {detector.fault} already")
        found[detector.fault] = detector
    return MappingProxyType(found)


DETECTORS: Mapping[str, Detector] = _found()
