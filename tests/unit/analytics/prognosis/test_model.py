"""The model file."""

import json

import numpy as np
import pytest

from analytics.prognosis.facts import FACTS
from analytics.prognosis.model import (
    FORMAT,
    SHIPPED,
    BaseRate,
    ModelError,
    read_model,
    shipped_model,
    write_model,
)
from collector.domain.device import Chemistry


def test_what_is_written_is_read_again(tmp_path):
    model = shipped_model()
    write_model(model, tmp_path / "m.json")
    assert read_model(tmp_path / "m.json") == model


def test_the_shipped_file_is_small_and_names_what_it_was_fitted_to():
    assert SHIPPED.stat().st_size < 100_000
    card = shipped_model().card
    assert card["records"]
    assert 0.002 < card["share_dark_56_days"] < 0.1


def test_every_curve_is_of_a_fact_and_goes_the_way_physics_knows():
    worse = {f.name: f.worse for f in FACTS}
    for outlook in shipped_model().outlooks.values():
        for additive in outlook.additive.values():
            for name, curve in additive.curves.items():
                assert all(rise * worse[name] >= 0 for rise in curve.rises if worse[name])
                assert list(curve.knots) == sorted(set(curve.knots))
                assert len(curve.rises) == len(curve.knots) - 1


def test_both_chemistries_have_curves_at_both_horizons():
    for days in (28, 56):
        assert set(shipped_model().outlooks[days].additive) == set(Chemistry)


def test_the_base_rate_goes_by_age():
    rate = BaseRate((1.0, 2.0), (0.01, 0.02, 0.03))
    np.testing.assert_allclose(rate.at(np.array([0.5, 1.5, 9.0, np.nan])), [0.01, 0.02, 0.03, 0.01])


@pytest.mark.parametrize("text", ["", "{}", '{"format": 99}', '{"format": 1, "outlooks": 3}'])
def test_a_broken_file_is_refused(tmp_path, text):
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(ModelError):
        read_model(tmp_path / "m.json")


def test_numbers_are_rounded_in_the_file(tmp_path):
    write_model(shipped_model(), tmp_path / "m.json")
    told = json.loads((tmp_path / "m.json").read_text())
    slope = told["outlooks"]["28"]["calibration"][0]
    assert slope == float(f"{slope:.4g}")


def test_the_card_is_of_the_shipped_version():
    card = SHIPPED.with_name("MODEL.md").read_text(encoding="utf-8")
    assert f"version {shipped_model().version}," in card
    assert f"format {FORMAT}" in card
