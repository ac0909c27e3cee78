"""Detectors speak the programme's words: plain "panel" is a distribution board in Indonesian."""

import re

import pytest

from analytics.detectors import panel_disconnected, panel_soiled
from analytics.detectors.detector import Text
from analytics.detectors.lamp_failed import DETECTOR as LAMP_FAILED


@pytest.mark.parametrize(
    "detector",
    [panel_disconnected.DETECTOR, panel_soiled.DETECTOR, LAMP_FAILED],
    ids=lambda d: d.fault,
)
def test_a_panel_is_always_a_panel_surya(detector):
    for text in (detector.title, detector.because, detector.part, detector.check):
        assert not re.search(r"panel(?! surya|_)", text.id, re.IGNORECASE), text.id


def test_an_aside_of_unknown_numbers_is_left_out_and_one_with_a_known_number_stays():
    known = {"lamp_a": 0.0, "usual_a": 0.9, "evenings": 3.0, "battery_v": 13.0}
    unknown = {**known, "usual_a": float("nan")}
    for language, usually in (("en", "(usually 0.9 A)"), ("id", "(biasanya 0,9 A)")):
        whole = LAMP_FAILED.because.said(language, known)
        assert usually in whole
        assert LAMP_FAILED.because.said(language, unknown) == whole.replace(f" {usually}", "")
    text = Text(id="", en="up ({a} V, then {b} V), back ({b} h)")
    assert text.said("en", {"a": 1.0, "b": float("nan")}) == "up (1 V, then - V), back"
