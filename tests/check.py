"""`./suluh check`: what a person runs before every commit, in under a minute."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUICK_TESTS = ("tests/test_architecture.py", "tests/test_tree.py", "tests/unit")
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("ruff", "format", "--check", ".")),
    ("lint", ("ruff", "check", ".")),
    ("types", ("basedpyright",)),
    ("tests", ("pytest", "-q", "-m", "not slow and not e2e", *QUICK_TESTS)),
)


def run(steps: tuple[tuple[str, tuple[str, ...]], ...] = STEPS) -> list[str]:
    """Run every step, also after one has failed; returns the names of those that failed."""
    failed = []
    for name, command in steps:
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False)
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"check: {name:<8}{verdict:<8}{time.monotonic() - started:4.0f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
    return failed


def main() -> int:
    """Exit code of the command: 0 when every step passed."""
    started = time.monotonic()
    failed = run()
    verdict = f"failed: {', '.join(failed)}" if failed else "all well"
    print(f"check: {verdict}, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
