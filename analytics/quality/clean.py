"""All masks applied: what the indicators may look at.

A module here with a ``MASK`` is a mask, found by its place. To add one, add a file.
"""

import importlib
import pkgutil
from collections.abc import Mapping

import numpy as np

import analytics.quality
from analytics.quality.mask import Mask, QualityMask
from collector.domain.block import Block

Excluded = Mapping[str, Mapping[str, Mask]]
"""By mask and field, only where something was excluded; each of shape (systems, steps)."""


def _found() -> tuple[QualityMask, ...]:
    names = sorted(m.name for m in pkgutil.iter_modules(analytics.quality.__path__))
    modules = [importlib.import_module(f"analytics.quality.{n}") for n in names if n != "clean"]
    return tuple(module.MASK for module in modules if hasattr(module, "MASK"))


MASKS: tuple[QualityMask, ...] = _found()


def excluded(block: Block) -> Excluded:
    """What every mask says of a block; masks and fields without a finding are left out."""
    found = {mask.name: mask.find(block) for mask in MASKS}
    return {name: by_field for name, by_field in found.items() if by_field}


def clean(block: Block, found: Excluded | None = None) -> Block:
    """The block with every excluded value missing. ``rows`` still counts what was reported."""
    found = excluded(block) if found is None else found
    values = dict(block.values)
    for field in {field for by_field in found.values() for field in by_field}:
        values[field] = values[field].copy("K")
    for by_field in found.values():
        for field, mask in by_field.items():
            rows = np.flatnonzero(mask.any(axis=1))
            values[field][rows] = np.where(mask[rows], np.float32(np.nan), values[field][rows])
    return Block(block.labels, block.start_s, block.step_s, values, block.rows)
