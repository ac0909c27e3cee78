"""Every SULUH_ variable is documented, and every documented one exists."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from pydantic_settings import BaseSettings

from tests.rules.sources import modules, texts

_VARIABLE = re.compile(r"\bSULUH_[A-Z0-9]+(?:_[A-Z0-9]+)*\b")
_FIXTURES = "tests/unit/"


def from_settings(root: Path) -> set[str]:
    """Variables that the settings objects read."""
    found = set()
    for module in modules(root):
        if module.name.rpartition(".")[2] != "settings":
            continue
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, BaseSettings):
                prefix = thing.model_config.get("env_prefix", "")
                found |= {f"{prefix}{name}".upper() for name in thing.model_fields}
    return {name for name in found if name.startswith("SULUH_")}


def written(root: Path) -> set[str]:
    """Variables that code, scripts and configuration name."""
    return {
        match
        for name, text in texts(root)
        if not name.endswith(".md") and not name.startswith(_FIXTURES)
        for match in _VARIABLE.findall(text)
    }


def documented(root: Path) -> set[str]:
    """Variables that the documents name."""
    return {
        match
        for name, text in texts(root)
        if name.endswith(".md")
        for match in _VARIABLE.findall(text)
    }
