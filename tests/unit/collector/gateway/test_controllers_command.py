"""The list of controllers, as a technician and as a program read it."""

import json

import pytest
from typer.testing import CliRunner

from collector.controllers.load import load_map, map_names
from collector.gateway.command import app


def said(*arguments):
    done = CliRunner().invoke(app, ["controllers", *arguments])
    return done.exit_code, done.output


def test_every_map_is_listed_with_its_wire_and_what_proves_it():
    code, text = said()
    assert code == 0
    lines = {line.split()[0]: line for line in text.splitlines() if line}
    assert set(map_names()) < lines.keys()
    assert "verified 2/40" not in text
    assert "  9600 8N2 " in lines["morningstar_sunsaver_mppt"]
    assert "VE.Direct 19200 8N1" in lines["victron_vedirect"]
    assert "Modbus TCP" in lines["victron_gx_solarcharger"]
    for name in map_names():
        assert ("unverified" in lines[name]) == load_map(name).unverified
    assert "Phocos and Steca" in text


def test_one_in_full_with_vectors_and_sources():
    code, text = said("morningstar_sunsaver_mppt")
    assert code == 0
    assert "status: verified 1/40" in text
    assert "page 25" in text
    assert "sunsaver.cpp" in text


def test_for_a_program():
    listed = json.loads(said("--json")[1])
    assert listed["morningstar_tristar_mppt"]["lacks"] == [
        "battery_current_a", "load_current_a", "load_state"
    ]  # fmt: skip
    assert listed["epever_tracer"]["registers_in_vectors"] > 40


@pytest.mark.parametrize("name", ["steca"])
def test_an_unknown_one_names_the_known(name):
    code, text = said(name)
    assert code == 2
    assert "epever_tracer" in text
