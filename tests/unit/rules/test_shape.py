"""The rules of shape go red when broken."""

from __future__ import annotations

from tests.rules import shape, sources


def _module(tmp_path, name: str, text: str) -> list[sources.Module]:
    path = tmp_path / "collector" / f"{name}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return sources.modules(tmp_path)


def test_a_module_of_300_lines_passes_and_301_does_not(tmp_path):
    assert shape.long_modules(_module(tmp_path, "a", "x = 1\n" * 300)) == []
    assert shape.long_modules(_module(tmp_path, "a", "x = 1\n" * 301)) == ["collector.a: 301 lines"]


def test_a_long_function_is_named_and_its_docstring_does_not_count(tmp_path):
    body = "    x = 1\n" * 49
    assert shape.long_functions(_module(tmp_path, "a", f"def f():\n{body}")) == []
    documented = 'def f():\n    """One.\n\n    Two.\n    """\n' + body
    assert shape.long_functions(_module(tmp_path, "a", documented)) == []
    longer = f"def f():\n{body}    x = 1\n"
    assert shape.long_functions(_module(tmp_path, "a", longer)) == ["collector.a.f: 51 lines"]


def test_the_median_leaves_empty_packages_out(tmp_path):
    _module(tmp_path, "__init__", '"""Collector."""\n')
    _module(tmp_path, "a", "x = 1\n" * 100)
    assert shape.median_lines(_module(tmp_path, "b", "x = 1\n" * 120)) == 110


def test_vague_names_are_named(tmp_path):
    assert shape.vague_names(_module(tmp_path, "utils", "")) == ["collector.utils"]


def test_a_stranger_at_the_top_is_named(tmp_path):
    (tmp_path / "README.md").touch()
    (tmp_path / "package-lock.json").touch()
    assert shape.strangers(tmp_path) == ["package-lock.json"]
