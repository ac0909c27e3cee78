"""Labels of an answer sheet and of the field."""

from math import inf

import pytest

from analytics.prognosis.training.labels import Darkness, from_answers, from_field, merged
from analytics.replay.moments import seconds
from analytics.replay.registry import RecordError
from collector.domain.clock import DAY_S

HEAD = "serial,fault,start,end,severity,dark_from\n"


def day(text):
    return seconds(text) // DAY_S


def test_the_first_darkness_of_an_answer_sheet_counts(tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text(
        HEAD + "A,battery_degraded,2025-02-01,,0.5,2025-03-04\n"
        "A,battery_failed_abruptly,2025-01-01,,1,2025-01-02\nB,lamp_failed,2025-01-01,,1,\n"
    )
    assert from_answers(file) == {"A": Darkness(day("2025-01-02"), abrupt=True)}


def test_people_say_dark_or_good_and_the_first_day_counts(tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("serial,dark_from\nA,2025-05-02\nA,2025-03-01\nB,\n")
    assert from_field(file) == {"A": Darkness(day("2025-03-01")), "B": Darkness(inf)}


def test_what_people_noted_stands_before_the_answer_sheet():
    known = {"A": Darkness(10.0), "B": Darkness(20.0)}
    assert merged(known, {"A": Darkness(inf)}) == {"A": Darkness(inf), "B": Darkness(20.0)}


@pytest.mark.parametrize(
    ("text", "said"), [("house\nA\n", "dark_from"), ("serial,dark_from\nA,soon\n", "row 2: 'soon'")]
)
def test_a_file_of_another_kind_is_refused_with_its_row(tmp_path, text, said):
    file = tmp_path / "labels.csv"
    file.write_text(text)
    with pytest.raises(RecordError, match=said):
        from_field(file)


def test_no_answer_sheet_is_refused(tmp_path):
    (tmp_path / "answers.csv").write_text("serial\nA\n")
    with pytest.raises(RecordError, match="no answer sheet"):
        from_answers(tmp_path / "answers.csv")
