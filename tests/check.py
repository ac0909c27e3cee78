"""`./suluh check`: what a person runs before every commit, in under a minute."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

HELP = """usage: ./suluh check

Format, lint, types, architecture and the quick tests: before every commit. Takes no options.
Ends with 0 when all is well, 1 when a step failed, 2 on wrong use. Example:

    ./suluh check"""
ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 2

# The longest first, so that the others run beside it.
STEPS: Mapping[str, Sequence[str]] = {
    "tests": [
        "pytest",
        "-q",
        "-m",
        "not slow and not e2e",
        "tests/test_architecture.py",
        "tests/test_tree.py",
        "tests/unit",
    ],
    "types": ["basedpyright"],
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
}


@dataclass(frozen=True)
class Outcome:
    """How one step ended, and what it said."""

    name: str
    code: int
    seconds: float
    output: str


def run_step(name: str, module: Sequence[str]) -> Outcome:
    """Run `python -m module` at the root; what it says is kept for when it fails."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(name, done.returncode, time.monotonic() - started, done.stdout)


def run(steps: Mapping[str, Sequence[str]] = STEPS) -> list[str]:
    """Run every step, also after one has failed; returns the names of those that failed."""
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as lanes:
        pending = [lanes.submit(run_step, name, module) for name, module in steps.items()]
        for outcome in (future.result() for future in as_completed(pending)):
            verdict = "FAILED" if outcome.code else "ok"
            if outcome.code:
                failed.append(outcome.name)
                print(f"\n{outcome.output.rstrip()}\n")
            print(f"check: {outcome.name:<8}{verdict:<8}{outcome.seconds:4.0f} s", flush=True)
    return failed


def main(words: Sequence[str] = ()) -> int:
    """Exit code of the command: 0 when every step passed or help was asked for, 2 on wrong use."""
    if words:
        asked = words[0] in ("-h", "--help")
        print(HELP, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    started = time.monotonic()
    print(f"check: {', '.join(STEPS)}", flush=True)
    failed = run()
    verdict = f"failed: {', '.join(failed)}" if failed else "all well"
    print(f"check: {verdict}, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
