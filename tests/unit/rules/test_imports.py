"""The import rules go red when a file breaks them, and stay quiet when none does."""

from __future__ import annotations

import pytest

from tests.rules import imports, sources


@pytest.fixture
def tree(tmp_path):
    """A function that writes modules below a root and returns them."""

    def write(**contents: str) -> list[sources.Module]:
        for name, text in contents.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return sources.modules(tmp_path)

    return write


def test_upstream_imports_are_quiet(tree):
    modules = tree(
        collector__domain__reading="import numpy",
        collector__wire__decode="from collector.domain.reading import Reading",
        analytics__quality__clean="from collector.domain import reading",
        api__fleet__routes="from analytics.quality import clean",
    )
    assert imports.wrong_imports(modules) == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("collector__domain__reading", "collector__wire__decode"),
        ("collector__store__duckdb", "collector__fleet__port"),
        ("collector__ingest__worker", "collector__wire__decode"),
        ("collector__ingest__worker", "collector__store__duckdb"),
        ("collector__intake__mqtt", "collector__store__port"),
        ("collector__gateway__uplink", "collector__ingest__worker"),
        ("collector__gateway__command", "collector__store__port"),
        ("collector__command", "analytics__nightly"),
        ("analytics__quality__clean", "analytics__indicators__sun"),
        ("analytics__detectors__silent", "analytics__tickets__rules"),
        ("analytics__nightly", "collector__store__duckdb"),
        ("analytics__command", "api__app"),
        ("api__fleet__routes", "collector__store__duckdb"),
        ("api__fleet__routes", "device_sim__panel"),
        ("device_sim__panel", "analytics__quality__clean"),
        ("device_sim__links__mqtt", "collector__store__port"),
    ],
)
def test_downstream_imports_are_named(tree, importer, imported):
    target = imported.replace("__", ".")
    package, _, name = target.rpartition(".")
    source = importer.replace("__", ".")
    for statement in (
        f"import {target}",
        f"from {package} import {name}",
        f"from {target} import x",
    ):
        modules = tree(**{imported: "", importer: f"def late():\n    {statement}\n"})
        assert f"{source}:2 imports {target}" in imports.wrong_imports(modules), statement


def test_relative_imports_are_seen_too(tree):
    modules = tree(
        collector__domain__reading="from ..wire import decode", collector__wire__decode=""
    )
    assert imports.wrong_imports(modules) == [
        "collector.domain.reading:1 imports collector.wire.decode"
    ]


def test_a_package_without_a_rule_is_named(tree):
    faults = imports.wrong_imports(tree(collector__attic__old=""))
    assert len(faults) == 1
    assert "collector.attic.old: no rule" in faults[0]


def test_composing_modules_may_build_adapters(tree):
    modules = tree(
        collector__store__duckdb="",
        api__bootstrap="from collector.store.duckdb import DuckDBStore",
        analytics__command="import collector.store.duckdb",
    )
    assert imports.wrong_imports(modules) == []


@pytest.mark.parametrize(
    ("module", "library"),
    [
        ("collector__ingest__worker", "paho.mqtt.client"),
        ("collector__gateway__poll", "pymodbus.client"),
        ("analytics__nightly", "influxdb_client"),
        ("api__fleet__service", "duckdb"),
        ("collector__store__lake2", "deltalake"),
        ("collector__intake__mqtt", "fastapi"),
        ("api__fleet__service", "sqlalchemy.orm"),
        ("collector__fleet__importer", "sqlalchemy"),
    ],
)
def test_a_library_out_of_its_place_is_named(tree, module, library):
    faults = imports.fence_breaks(tree(**{module: f"from {library} import thing"}))
    assert faults == [f"{module.replace('__', '.')}:1 imports {library.partition('.')[0]}"]


@pytest.mark.parametrize(
    ("module", "library"),
    [
        ("collector__intake__mqtt", "paho.mqtt.client"),
        ("collector__gateway__bus__tcp", "pymodbus.client"),
        ("analytics__tickets__repository", "sqlalchemy"),
        ("collector__fleet__tables", "sqlalchemy"),
        ("api__bootstrap", "sqlalchemy"),
        ("api__pages__routes", "fastapi"),
    ],
)
def test_a_library_in_its_place_is_quiet(tree, module, library):
    assert imports.fence_breaks(tree(**{module: f"import {library}"})) == []
