"""The documents show the same table that the architecture test holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.imports import MAY_IMPORT

ROOT = Path(__file__).resolve().parents[3]
MODULES = {"settings", "logs", "status", "bootstrap", "command"}
RUNS = {"load", "nightly", "schedule", "replay", "evaluate", "distributed"}
PACKAGES = [p for p in MAY_IMPORT if p.rpartition(".")[2] not in MODULES | RUNS]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_with_a_rule_stands_in_the_table(package):
    assert f"`{package}`" in (ROOT / "CONTRIBUTING.md").read_text()
