"""Secrets are random, kept as mosquitto's own hash, and told from wrong ones."""

import subprocess

import pytest

from collector.publishers.credentials import hashed, is_name, matches, new_secret


def test_a_secret_is_known_by_its_hash_alone():
    secret = new_secret()
    kept = hashed(secret)
    assert secret not in kept
    assert matches(secret, kept)
    assert not matches(secret + "x", kept)
    assert not matches("", kept)
    assert hashed(secret) != kept, "each with a salt of its own"


def test_no_two_secrets_are_alike_and_all_fit_into_a_header():
    made = {new_secret() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(secret.isascii() and len(secret) >= 32 for secret in made)


@pytest.mark.mosquitto
def test_the_hash_of_mosquittos_own_tool_is_understood(tmp_path):
    file = tmp_path / "passwords"
    file.touch(mode=0o600)
    subprocess.run(["mosquitto_passwd", "-b", str(file), "gw-boti", "sesame"], check=True)
    _, _, kept = file.read_text().strip().partition(":")
    assert matches("sesame", kept)
    assert not matches("Sesame", kept)


@pytest.mark.parametrize(
    "kept", ["", "sesame", "$7$101$$", "$6$x$y", "$7$101$%%%%$AAAA", "$7$1$A$A"]
)
def test_what_is_no_hash_matches_nothing(kept):
    assert not matches("sesame", kept)
    assert not matches("", kept)


@pytest.mark.parametrize("name", ["KPK-0142", "gw-boti", "a", "SN_1.2"])
def test_names(name):
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "+", "#", "a/b", "-a", "a:b", "a b", "a\n", "x" * 65, "é"])
def test_what_would_mean_something_to_the_broker_is_no_name(name):
    assert not is_name(name)
