"""The folders are the architecture: imports point upstream, libraries keep to their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules import imports, shape, sources

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = sources.modules(ROOT)
EVERYTHING = [*PRODUCT, *sources.modules(ROOT, ("tests", "deploy"))]
MEDIAN_LIMIT = 150


def _list(faults: list[str]) -> str:
    return "\n  " + "\n  ".join(faults)


def test_there_is_something_to_look_at():
    assert {m.name.partition(".")[0] for m in PRODUCT} == set(sources.PACKAGES)


def test_imports_point_upstream():
    faults = imports.wrong_imports(PRODUCT)
    assert not faults, _list(faults)


def test_each_library_is_known_only_where_it_belongs():
    faults = imports.fence_breaks(PRODUCT)
    assert not faults, _list(faults)


def test_the_fenced_places_exist():
    """A fence around a place that was renamed guards nothing."""
    names = {m.name for m in PRODUCT}
    later = {"collector.store.lake", "analytics.distributed"}
    named = {place for places in imports.FENCES.values() for place in places}
    gone = named | set(imports.ADAPTERS)
    missing = sorted(gone - later - names)
    assert not missing, _list(missing)


def test_no_module_is_too_long(record_property, capsys):
    faults = shape.long_modules(EVERYTHING)
    median = shape.median_lines(PRODUCT)
    record_property("median_module_lines", median)
    with capsys.disabled():
        print(f" [{len(PRODUCT)} modules, median {median:.0f} lines] ", end="")
    assert not faults, _list(faults)
    assert median <= MEDIAN_LIMIT


def test_no_function_is_too_long():
    faults = shape.long_functions(PRODUCT)
    assert not faults, _list(faults)


def test_every_name_says_something():
    faults = shape.vague_names(EVERYTHING)
    assert not faults, _list(faults)


def test_the_top_level_is_the_agreed_one():
    faults = shape.strangers(ROOT)
    assert not faults, _list(faults)


@pytest.mark.parametrize("package", sources.PACKAGES)
def test_each_package_has_one_command_and_the_launcher_knows_it(package):
    assert any(m.name == f"{package}.command" for m in PRODUCT)
    assert f"| {package}.command" in (ROOT / "suluh").read_text()
