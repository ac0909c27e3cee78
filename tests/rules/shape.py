"""How large modules and functions are, how they are named, where they lie."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterable
from pathlib import Path

from tests.rules.sources import Module, files

LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
VAGUE_NAMES = ("utils", "util", "helpers", "helper", "misc", "common", "shared")

TOP_LEVEL = {
    "collector",
    "analytics",
    "api",
    "device_sim",
    "tests",
    "deploy",
    "docs",
    ".ci",
    ".gitignore",
    ".gitattributes",
    ".dockerignore",
    "suluh",
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-gateway.lock",
    "docker-compose.yml",
    "README.md",
    "ARCHITECTURE.md",
    "DECISIONS.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "LICENSE",
}


def long_modules(modules: Iterable[Module]) -> list[str]:
    """Modules above the limit, with their length."""
    return [f"{m.name}: {m.lines} lines" for m in modules if m.lines > LONGEST_MODULE]


def median_lines(modules: Iterable[Module]) -> float:
    """Median length of the modules that hold code; empty package marks are left out."""
    return statistics.median(m.lines for m in modules if m.lines > 5)


def long_functions(modules: Iterable[Module]) -> list[str]:
    """Functions above the limit, with their length; a docstring does not count."""
    faults = []
    for module in modules:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node) is not None:
                length -= (first.end_lineno or first.lineno) - first.lineno + 1
            if length > LONGEST_FUNCTION:
                faults.append(f"{module.name}.{node.name}: {length} lines")
    return faults


def vague_names(modules: Iterable[Module]) -> list[str]:
    """Modules and packages whose name says nothing."""
    return [m.name for m in modules if set(m.name.split(".")) & set(VAGUE_NAMES)]


def strangers(root: Path) -> list[str]:
    """Entries at the root that the layout does not know."""
    return sorted({p.relative_to(root).parts[0] for p in files(root)} - TOP_LEVEL)
