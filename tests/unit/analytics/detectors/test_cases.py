"""A text for each cause; its own default for causes it does not know."""

from analytics.detectors.cases import CaseText
from analytics.detectors.detector import Text

TEXT = CaseText("lain {x}", "other {x}", by="kind", cases={2: Text("dua {x}", "two {x}")})


def test_the_case_of_the_evidence_is_said():
    assert TEXT.said("en", {"kind": 2.0, "x": 1.5}) == "two 1.5"
    assert TEXT.said("id", {"kind": 2.0, "x": 1.5}) == "dua 1,5"


def test_without_a_case_the_text_itself_is_said():
    assert TEXT.said("en", {"kind": 7.0, "x": 1.0}) == "other 1"
    assert TEXT.said("id", {"kind": float("nan"), "x": 1.0}) == "lain 1"
    assert TEXT.said("en") == "other {x}"
