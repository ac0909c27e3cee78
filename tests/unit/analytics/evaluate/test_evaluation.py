"""The whole evaluation: a seer, a blind man and a liar against the same answers."""

import copy
import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from typer.testing import CliRunner

from analytics import command
from analytics.evaluate import foresight
from analytics.evaluate.charts import write_charts
from analytics.evaluate.evaluation import evaluate_records
from analytics.evaluate.goals import goals
from analytics.evaluate.report import lines


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    monkeypatch.setattr(foresight, "RESAMPLES", 20)


def seer(serial, left, rng):
    """Knows the slow ones nine weeks ahead; the third home of a village fails at once."""
    return 0.9 if left < 63 and not serial.endswith("-2") else 0.01


def blind(serial, left, rng):
    return rng.uniform(0, 0.1)


def judged(failing, foresee, *, truth=False):
    data, replayed = failing.write(foresee)
    if truth:
        failing.truth(data)
    return evaluate_records([(data, replayed)])


def ours(figures, lead, stratum, name="balanced_accuracy"):
    return figures["lead"][str(lead)][stratum]["ours"][name]["value"]


def test_who_sees_is_said_to_see_and_abrupt_ones_are_their_ceiling(failing):
    figures = judged(failing, seer)
    assert ours(figures, 8, "gradual") == 1.0
    assert ours(figures, 8, "gradual", "auroc") == 1.0
    assert ours(figures, 8, "gradual", "top_1_percent_precision") == 1.0
    assert ours(figures, 8, "all") == pytest.approx(1 - (1 / 3) / 2, abs=0.01)
    assert figures["abrupt_share"] == pytest.approx(1 / 3, abs=1e-3)
    assert figures["abrupt_ceiling"] == pytest.approx(0.8333, abs=1e-3)
    assert figures["horizon"]["8"]["ours"]["brier_skill"]["value"] > 0.3
    assert ours(figures, 12, "gradual") == pytest.approx(0.5, abs=0.01)


def test_who_is_blind_is_said_to_be_at_chance(failing):
    figures = judged(failing, blind)
    assert ours(figures, 8, "all") == pytest.approx(0.5, abs=0.2)
    assert ours(figures, 8, "all", "auroc") == pytest.approx(0.5, abs=0.2)
    assert figures["horizon"]["8"]["ours"]["brier_skill"]["value"] < 0.05


def test_darkness_dealt_by_lot_gives_chance_even_to_the_seer(failing):
    figures = judged(failing, seer)
    assert figures["permuted_auroc"]["value"] == pytest.approx(0.5, abs=0.06)


def test_what_happens_after_darkness_changes_no_figure(failing):
    def repaired(serial, left, rng):
        return 0.99 if left < 0 else seer(serial, left, rng)

    one, other = judged(failing, seer), judged(failing, repaired)
    assert one["lead"] == other["lead"]
    assert one["horizon"] == other["horizon"]


def test_baselines_stand_beside_and_the_ceiling_where_the_truth_is_known(failing):
    figures = judged(failing, blind, truth=True)
    beside = figures["lead"]["2"]["gradual"]
    assert {"age", "rows a day", "V < 11.5 V", "dawn slope", "simple regression"} <= set(beside)
    assert beside["dawn slope"]["auroc"]["value"] > 0.9
    assert beside["ceiling"]["auroc"]["value"] > 0.95
    goal = figures["goals"][2]
    assert goal["above_ceiling"] == pytest.approx(goal["value"] - goal["ceiling"], abs=1e-4)
    assert goal["above_ceiling"] < -0.2


def test_each_figure_has_its_interval_and_each_goal_its_verdict(failing):
    failing.ticket("V0-0", "battery_degraded", 100)
    figures = judged(failing, seer)
    told = figures["lead"]["8"]["all"]["ours"]["balanced_accuracy"]
    assert told["low"] <= told["value"] <= told["high"]
    verdict = {g["goal"]: g["verdict"] for g in figures["goals"]}
    assert verdict["8 weeks ahead, gradual: balanced accuracy"] == "passed"
    assert verdict["false tickets per 1,000 healthy system-months"] == "passed"
    assert verdict["lamp faults: recall"] == "not measured"
    worse = copy.deepcopy(figures)
    worse["lead"]["8"]["gradual"]["ours"]["balanced_accuracy"]["value"] = 0.89
    assert {g["goal"]: g["verdict"] for g in goals(worse)}[
        "8 weeks ahead, gradual: balanced accuracy"
    ] == "short"


def test_a_record_in_which_nobody_fails_is_told_as_such(written):
    figures = judged(written, blind)
    assert figures["went_dark"] == 0
    assert {g["verdict"] for g in figures["goals"][:4]} == {"not measured"}
    assert any("none in the record" in line for line in lines(figures))


def test_the_report_names_what_the_figures_say(failing):
    failing.ticket("V3-9", "silent", 50)
    text = "\n".join(lines(judged(failing, seer)))
    assert "60 systems of 6 villages" in text
    assert "simple regression" in text
    assert "passed" in text
    assert "1 false" in text


def test_the_pictures_are_whole_and_show_the_points(failing, tmp_path):
    figures = judged(failing, seer)
    for path in write_charts(figures, tmp_path / "pictures"):
        root = ET.fromstring(path.read_text())
        assert root.tag.endswith("svg")
        assert len([e for e in root.iter() if e.tag.endswith("circle")]) >= 5


def evaluate(*words):
    return CliRunner().invoke(command.app, ["evaluate", *map(str, words)])


def test_the_command_prints_writes_and_draws(failing, tmp_path):
    data, replayed = failing.write(seer)
    told = evaluate(
        *("--data", data, "--replayed", replayed),
        *("--json", tmp_path / "f.json", "--pictures", tmp_path / "p"),
    )
    assert told.exit_code == 0, told.output
    assert "goal" in told.stdout
    figures = json.loads((tmp_path / "f.json").read_text())
    assert figures["systems"] == 60
    assert (tmp_path / "p/reliability.svg").is_file()


def test_several_records_are_judged_together(failing, written, tmp_path):
    data, replayed = failing.write(seer)
    told = evaluate(*("--data", data, "--replayed", replayed) * 2)
    assert "120 systems of 12 villages in 2 records" in told.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "say which record"),
        (["--data", "a"], "say which record"),
        (["--data", "a", "--replayed", "b"], "registry.csv: No such file"),
    ],
)
def test_wrong_words_are_answered_in_words(words, message):
    told = evaluate(*words)
    assert told.exit_code == 2
    assert message in told.output


def test_the_same_files_give_the_same_figures(failing):
    data, replayed = failing.write(seer)
    one, other = (evaluate_records([(data, replayed)]) for _ in range(2))
    assert json.dumps(one) == json.dumps(other)
    assert np.isfinite(one["lead"]["8"]["all"]["ours"]["auroc"]["low"])
