"""Each decoder against a fuzzer for some seconds, beginning with the corpus that is kept."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[1] / "fixtures" / "corpus"
SECONDS, FEWEST_RUNS = 4, 100

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("atheris") is None,
        reason="atheris is not installed (it has no package for this Python)",
    ),
]


def fuzz(target: str, corpus: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one target on a copy of its corpus, so that what is found does not grow the tree."""
    shutil.copytree(CORPUS / corpus, folder / "corpus")
    limits = [f"-max_total_time={SECONDS}", "-rss_limit_mb=1500", "-timeout=20", "-max_len=4096"]
    command = [sys.executable, "-m", "tests.fuzz.targets", target, str(folder / "corpus"), *limits]
    place = f"-artifact_prefix={folder}/"
    return subprocess.run([*command, place], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("target", sorted(p.name for p in CORPUS.iterdir()))
def test_no_bytes_are_too_much_for(target, tmp_path):
    done = fuzz(target, target, tmp_path)
    assert done.returncode == 0, done.stderr[-3_000:]
    runs = re.search(r"Done (\d+) (?:runs )?in", done.stderr)
    assert runs, done.stderr[-500:]
    assert int(runs[1]) >= FEWEST_RUNS


def test_a_mistake_that_was_planted_is_found(tmp_path):
    done = fuzz("planted", "message", tmp_path)
    assert done.returncode != 0
    assert "AssertionError" in done.stdout + done.stderr
