"""The rules for lock files go red when broken."""

from __future__ import annotations

import pytest

from tests.rules import locks

HASH = f"--hash=sha256:{'0a' * 32}"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["Psycopg[binary]>=3"]\n[dependency-groups]\ndev = ["ruff"]\n'
        'gateway = ["psycopg"]\n'
    )
    (tmp_path / locks.LOCKS[0]).write_text(f"psycopg[binary]==3.2 \\\n    {HASH}\n")
    (tmp_path / locks.LOCKS[1]).write_text(
        f"# test\npsycopg[binary]==3.2 \\\n    {HASH}\n"
        f"ruff==1 ; python_version < '4' \\\n    {HASH}\n"
    )
    (tmp_path / locks.LOCKS[2]).write_text(f"psycopg==3.2 \\\n    {HASH}\n")
    return tmp_path


def test_good_locks_are_quiet(root):
    assert [locks.lock_faults(root / name) for name in locks.LOCKS] == [[], [], []]
    assert locks.unlocked(root) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("psycopg==3.2", "no hash: psycopg==3.2"),
        (f"psycopg>=3.2 {HASH}", "not pinned: psycopg>=3.2"),
        ("-e .", "not pinned: -e ."),
        ("--index https://example.test", "not pinned: --index"),
        ("", "empty"),
    ],
)
def test_a_loose_requirement_is_named(root, line, fault):
    lock = root / locks.LOCKS[0]
    lock.write_text(line + "\n")
    (found,) = locks.lock_faults(lock)
    assert fault in found


def test_a_missing_package_and_a_different_version_are_named(root):
    (root / locks.LOCKS[1]).write_text(f"psycopg==3.1 {HASH}\n")
    assert locks.unlocked(root) == [
        "requirements-dev.lock: ruff is missing",
        "psycopg: 3.2 in requirements.lock, 3.1 in requirements-dev.lock",
    ]


def test_the_gateways_packages_are_the_products(root):
    (root / locks.LOCKS[2]).write_text(f"psycopg==3.3 {HASH}\nonly-here==1 {HASH}\n")
    assert locks.unlocked(root) == [
        "psycopg: 3.3 in requirements-gateway.lock, 3.2 in requirements.lock",
        "only-here: 1 in requirements-gateway.lock, None in requirements.lock",
    ]
