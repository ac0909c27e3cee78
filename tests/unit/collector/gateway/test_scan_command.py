"""What a scan asks the person in front of it."""

import pytest
from typer.testing import CliRunner

from collector.controllers.load import load_map
from collector.gateway import scan_command
from collector.gateway.command import app
from collector.gateway.scan import Found
from collector.gateway.scan_command import Answers

SRNE = (load_map("srne_ml"), load_map("srne_rover"))
SURE = Found(1, (load_map("epever_tracer"),), {})
OPEN = Found(3, SRNE, {})


@pytest.fixture
def answers(monkeypatch):
    """What will be typed, in turn; what was asked."""
    typed, asked = [], []

    def prompt(question, default, **_):
        asked.append(question)
        return typed.pop(0) if typed else default

    monkeypatch.setattr(scan_command.typer, "prompt", prompt)
    return typed, asked


def test_a_serial_is_asked_for(answers):
    typed, asked = answers
    typed.append("KPK-0142")
    entry = Answers(ask=True).entry(SURE)
    assert (entry.serial, entry.controller) == ("KPK-0142", "epever_tracer")
    assert "serial as in the registry" in asked[0]


@pytest.mark.parametrize(
    ("number", "chosen"), [(1, "srne_ml"), (2, "srne_rover"), (0, ""), (3, ""), (-1, "")]
)
def test_which_of_two_is_asked_and_not_sure_is_an_answer(answers, capsys, number, chosen):
    typed, _ = answers
    typed.append(number)
    assert Answers(ask=True).entry(OPEN).controller == chosen
    assert "2  srne_rover: SRNE / Renogy" in capsys.readouterr().err


def test_what_was_said_on_the_command_line_is_not_asked(answers):
    _, asked = answers
    entry = Answers({3: "KPK-1"}, {3: "srne_rover"}, ask=True).entry(OPEN)
    assert (entry.serial, entry.controller, asked) == ("KPK-1", "srne_rover", [])


def test_a_choice_that_the_device_contradicts_does_not_count():
    assert Answers({}, {3: "epever_tracer"}).entry(OPEN).controller == ""


def test_without_a_terminal_nothing_is_asked(answers):
    _, asked = answers
    entry = Answers().entry(OPEN)
    assert (entry.serial, entry.controller, asked) == ("", "", [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say where to look"),
        (["--tcp", "nowhere"], "no HOST:PORT"),
        (["--tcp", "h:1", "--units", "300"], "not 1 to 247"),
        (["--tcp", "h:1", "--name", "KPK"], "--name wants UNIT="),
        (["--tcp", "h:1", "--choose", "1=steca"], "known are"),
    ],
)
def test_wrong_use_says_what_to_do(words, said):
    done = CliRunner().invoke(app, ["scan", *words])
    assert done.exit_code == 2
    assert said in done.stderr
