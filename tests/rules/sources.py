"""The modules and files a rule looks at."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGES = ("collector", "analytics", "api", "device_sim")


@dataclass(frozen=True)
class Module:
    """One Python file: its dotted name below the root, and its text."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of everything imported, wherever in the file it stands.

        `from a import b` is both `a` and `a.b`: b may be a module.
        """
        package = self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                parents = package.split(".")[: 1 - node.level or None] if node.level else []
                base = ".".join([*parents, *([node.module] if node.module else [])])
                yield node.lineno, base
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def modules(root: Path, packages: tuple[str, ...] = PACKAGES) -> list[Module]:
    """All modules of `packages` under `root`, by name."""
    found = []
    for path in sorted(p for package in packages for p in (root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(name, path))
    return found


def files(root: Path) -> list[Path]:
    """The project's own files: what git keeps or would keep; all of them where there is no git."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        ignored = {".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", "data"}
        every = (p for p in root.rglob("*") if not ignored & set(p.relative_to(root).parts))
        return sorted(p for p in every if p.is_file())
    names = listed.stdout.decode().split("\0")
    return sorted(p for p in (root / name for name in names if name) if p.is_file())


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """(path below the root, content) of every file that is UTF-8 text."""
    for path in files(root):
        try:
            yield str(path.relative_to(root)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
