"""Secrets are random, made once, and never in the source tree."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is missing")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "deploy" / "make-secrets"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_all_that_compose_mounts_is_made(tmp_path):
    folder = tmp_path / "secrets"
    assert make("all", str(folder), "broker.example").returncode == 0
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    wanted = {Path(secret["file"]).name for secret in compose["secrets"].values()}
    assert wanted <= set(contents(folder))
    assert f"SULUH_SECRETS_DIR={folder}" in contents(folder)["compose.env"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "ca.key").stat().st_mode) == 0o600


def test_two_servers_share_no_secret_and_a_second_run_changes_none(tmp_path):
    for name in ("one", "two"):
        make("all", str(tmp_path / name), "broker.example")
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert [name for name in one if one[name] == two[name]] == []
    make("all", str(tmp_path / "one"), "other.example")
    assert contents(tmp_path / "one") == one


def test_the_certificate_is_signed_and_names_its_host(tmp_path):
    for host, shown in (("broker.example", "DNS:broker.example"), ("10.1.2.3", "IP Address:10.1")):
        folder = tmp_path / host
        make("all", str(folder), host)
        certificate = str(folder / "broker.crt")
        verify = ["openssl", "verify", "-CAfile", str(folder / "ca.crt"), certificate]
        assert subprocess.run(verify, capture_output=True, check=False).returncode == 0
        show = ["openssl", "x509", "-in", certificate, "-noout", "-ext", "subjectAltName"]
        assert shown in subprocess.run(show, capture_output=True, text=True, check=True).stdout


def test_the_source_tree_is_refused():
    refused = make("all", str(ROOT / "deploy" / "secrets"), "broker.example")
    assert refused.returncode == 2
    assert not (ROOT / "deploy" / "secrets").exists()
