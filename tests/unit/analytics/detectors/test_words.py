"""Detectors speak the programme's words: plain "panel" is a distribution board in Indonesian."""

import re

import pytest

from analytics.detectors import panel_disconnected, panel_soiled
from analytics.detectors.lamp_failed import DETECTOR as LAMP_FAILED


@pytest.mark.parametrize(
    "detector",
    [panel_disconnected.DETECTOR, panel_soiled.DETECTOR, LAMP_FAILED],
    ids=lambda d: d.fault,
)
def test_a_panel_is_always_a_panel_surya(detector):
    for text in (detector.title, detector.because, detector.part, detector.check):
        assert not re.search(r"panel(?! surya|_)", text.id, re.IGNORECASE), text.id
