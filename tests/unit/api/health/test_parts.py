"""External parts are found where they lie, and only there."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from api.health import parts


def _program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_list_needs_nothing_but_the_standard_library():
    tree = ast.parse(Path(parts.__file__).read_text())
    modules = [
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert {str(name).split(".")[0] for name in modules} <= set(sys.stdlib_module_names)


def test_names_are_unique_and_everything_is_explained():
    assert len({part.name for part in parts.PARTS}) == len(parts.PARTS)
    for part in parts.PARTS:
        assert part.purpose
        assert part.how_to_get
        assert part.needed_by in {"product", "tests"}


@pytest.mark.parametrize("name", ["mbpoll", "socat", "strace", "mosquitto_pub"])
def test_a_program_on_the_path_is_found(tmp_path, name):
    program = _program(tmp_path / "bin" / name)
    assert parts.part(name).find({"PATH": str(program.parent)}) == program


def test_a_missing_program_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "_SYSTEM_FOLDERS", ())
    monkeypatch.setattr(parts, "_POSTGRES_ROOT", tmp_path)
    for part in parts.PARTS:
        assert part.find({"PATH": str(tmp_path), "SULUH_CACHE": str(tmp_path)}) is None


def test_mosquitto_is_found_where_debian_keeps_servers(tmp_path, monkeypatch):
    program = _program(tmp_path / "sbin" / "mosquitto")
    monkeypatch.setattr(parts, "_SYSTEM_FOLDERS", (str(program.parent),))
    assert parts.part("mosquitto").find({"PATH": "/nowhere"}) == program


def test_influxd_named_by_a_person_comes_before_the_cache(tmp_path):
    built = _program(tmp_path / f"influxd-{parts.INFLUXD_VERSION}")
    named = _program(tmp_path / "mine" / "influxd")
    cache = {"SULUH_CACHE": str(tmp_path), "PATH": "/nowhere"}
    find = parts.part("influxdb").find
    assert find(cache) == built
    assert find({**cache, "SULUH_INFLUXD": str(named)}) == named


def test_a_wrong_name_for_influxd_is_not_silently_replaced(tmp_path):
    _program(tmp_path / f"influxd-{parts.INFLUXD_VERSION}")
    environment = {"SULUH_CACHE": str(tmp_path), "SULUH_INFLUXD": str(tmp_path / "typo")}
    assert parts.part("influxdb").find(environment) is None


def test_the_newest_postgresql_is_taken_and_needs_initdb(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "_POSTGRES_ROOT", tmp_path)
    for version in ("9", "15"):
        _program(tmp_path / version / "bin" / "postgres")
    assert parts.part("postgres").find({"PATH": "/nowhere"}) is None
    _program(tmp_path / "15" / "bin" / "initdb")
    assert parts.part("postgres").find({"PATH": "/nowhere"}) == tmp_path / "15/bin/postgres"


def test_an_unknown_part_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="'kafka'; there are mosquitto, influxdb"):
        parts.part("kafka")
