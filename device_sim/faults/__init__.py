"""Every fault the simulator knows: one file each, found by its place. Adding one edits no list."""

import importlib
import pkgutil
from functools import cache

from device_sim.fault import Fault


@cache
def known_faults() -> tuple[Fault, ...]:
    """The ``FAULTS`` of every module of this folder, by module name.

    Raises AttributeError when a file has none.
    """
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(fault for module in modules for fault in module.FAULTS)
