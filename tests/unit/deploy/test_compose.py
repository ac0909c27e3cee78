"""docker-compose.yml: what is open, who runs as whom, and that all it names exists."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
import typer
import yaml

from tests.rules import settings

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "suluh:local"]


def test_only_the_pages_and_the_tls_doors_are_published():
    published = {name: s["ports"] for name, s in SERVICES.items() if s.get("ports")}
    assert published == {
        "mosquitto": ["8883:8883"],
        "collector": ["8443:8443"],
        "api": ["${SULUH_PUBLISH_API:-127.0.0.1:8000}:8000"],
    }


def test_only_what_publishes_is_on_a_network_that_leads_outside():
    inner = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    outside = {name for name, s in SERVICES.items() if set(s["networks"]) - inner}
    assert outside == {"mosquitto", "collector", "api"}


def test_what_the_collector_publishes_speaks_tls():
    given = SERVICES["collector"]["environment"]
    secrets = {f"/run/secrets/{name}" for name in SERVICES["collector"]["secrets"]}
    assert {given["SULUH_HTTP_CERTIFICATE"], given["SULUH_HTTP_KEY"]} <= secrets
    assert SERVICES["collector"]["ports"] == [f"{given['SULUH_HTTP_PORT']}:8443"]


def test_each_collector_has_an_id_of_its_own():
    ids = [s["environment"].get("SULUH_COLLECTOR_ID") for n, s in SERVICES.items() if n in OURS]
    named = [each for each in ids if each]
    assert len(named) == len(set(named)) == 2


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_runs_as_root_or_may_become_it(name):
    service = SERVICES[name]
    user = service.get("user", "")
    assert not user.startswith(("0", "root"))
    assert user or name in OURS  # ours: USER in the Dockerfile
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_the_image_has_a_user_of_its_own():
    users = re.findall(r"^USER (\S+)", (ROOT / "deploy/Dockerfile").read_text(), re.M)
    assert users == ["suluh"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_that_stays_is_watched(name):
    if SERVICES[name].get("restart") != "no":
        assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned_to_a_version(name):
    image = SERVICES[name]["image"]
    assert name in OURS or re.search(r":v?\d+\.\d+", image), image


@pytest.mark.parametrize("name", OURS)
def test_our_commands_exist(name):
    python, flag, module, command, *_ = SERVICES[name]["command"]
    assert (python, flag) == ("python", "-m")
    assert importlib.util.find_spec(module) is not None
    app = importlib.import_module(module).app
    assert command in typer.main.get_command(app).commands


@pytest.mark.parametrize("name", OURS)
def test_our_settings_exist(name):
    given = {*SERVICES[name]["environment"], *SERVICES[name]["secrets"]}
    assert {v for v in given if v.startswith("SULUH_")} <= settings.from_settings(ROOT)


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_file(name):
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search("PASSWORD|TOKEN|DATABASE_URL", variable):
            assert value.startswith("/run/secrets/"), variable


def test_every_secret_used_is_declared_and_every_declared_one_used():
    used = {
        secret if isinstance(secret, str) else secret["source"]
        for service in SERVICES.values()
        for secret in service.get("secrets", [])
    }
    assert used == set(COMPOSE["secrets"])


def test_every_mounted_file_exists():
    mounted = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]
    assert mounted
    assert [path for path in mounted if not (ROOT / path).exists()] == []


def test_what_the_image_copies_exists_and_is_let_in():
    let_in = (ROOT / ".dockerignore").read_text()
    for line in (ROOT / "deploy/Dockerfile").read_text().splitlines():
        if line.startswith("COPY") and "--from" not in line:
            source = line.split()[1]
            assert (ROOT / source).exists()
            assert f"!{source}" in let_in
