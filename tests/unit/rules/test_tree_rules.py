"""The rules for files go red when broken. Forbidden words are put together here, not written."""

from __future__ import annotations

import pytest

from tests.rules import tree


@pytest.fixture
def root(tmp_path):
    (tmp_path / "README.md").write_text("Run ./suluh demo. See /workshop and ~/.cache/root/x.\n")
    return tmp_path


@pytest.mark.parametrize(
    "rule", [tree.registry_hosts, tree.machine_paths, tree.secrets, tree.large_files]
)
def test_a_clean_tree_is_quiet(root, rule):
    assert rule(root) == []


@pytest.mark.parametrize("word", tree.REGISTRY_WORDS)
def test_a_registry_is_found(root, word):
    (root / "notes.txt").write_text(f"see https://{word.upper()}/simple")
    assert tree.registry_hosts(root) == [f"notes.txt: {word}"]


@pytest.mark.parametrize("place", ["work", "root", "home"])
def test_a_path_of_one_machine_is_found(root, place):
    (root / "a.py").write_text(f'\nFOLDER = "/{place}/suluh/data"\nBARE = "/{place}"\n')
    assert [fault.split(": ")[0] for fault in tree.machine_paths(root)] == ["a.py:2", "a.py:3"]


@pytest.mark.parametrize("path", ["./root/x", "$HOME/work/x", "https://example.test/home/x"])
def test_other_paths_are_quiet(root, path):
    (root / "a.txt").write_text(path)
    assert tree.machine_paths(root) == []


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "AKIA" + "A1" * 8,
        "ghp_" + "a1" * 18,
        "influx_token = " + '"' + "a1B2" * 6 + '"',
        "PASSWORD: " + "'" + "a1B2" * 6 + "'",
    ],
)
def test_a_secret_is_found(root, text):
    (root / "settings.py").write_text(text)
    assert len(tree.secrets(root)) == 1


@pytest.mark.parametrize("name", [".env", "broker.key", "server.pem", "id_rsa"])
def test_a_file_named_like_a_secret_is_found(root, name):
    (root / name).write_text("x")
    assert tree.secrets(root) == [name]


def test_a_large_file_is_found(root):
    (root / "picture.png").write_bytes(b"\0" * (tree.LARGEST_FILE_BYTES + 1))
    assert tree.large_files(root) == [f"picture.png: {tree.LARGEST_FILE_BYTES + 1} bytes"]
