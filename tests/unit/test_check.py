"""`./suluh check` runs every step, and shows what a failed one said."""

from __future__ import annotations

from tests import check


def test_all_steps_run_and_only_failures_are_shown(capsys):
    steps = {"good": ["this"], "bad": ["no_such_module"], "last": ["this"]}
    assert check.run(steps) == ["bad"]
    said = capsys.readouterr().out
    assert "No module named no_such_module" in said
    assert "Beautiful is better" not in said
    assert said.count(" ok ") == 2


def test_the_exit_code_tells(monkeypatch, capsys):
    for failed, code in (([], 0), (["lint"], 1)):
        monkeypatch.setattr(check, "run", lambda failed=failed: failed)
        assert check.main() == code
    assert "failed: lint" in capsys.readouterr().out


def test_the_quick_tests_are_those_that_hold_the_architecture_and_the_units():
    assert {"tests/test_architecture.py", "tests/test_tree.py", "tests/unit"} <= set(
        check.STEPS["tests"]
    )


def test_help_tells_and_runs_nothing(monkeypatch, capsys):
    def ran() -> list[str]:
        raise AssertionError("it ran the steps")

    monkeypatch.setattr(check, "run", ran)
    assert check.main(["--help"]) == 0
    assert "./suluh check" in capsys.readouterr().out
    assert check.main(["--fast"]) == 2
