"""A judge for street lights sees them alone, and says nothing of homes."""

from dataclasses import replace

import numpy as np

from analytics.detectors.detector import Findings
from analytics.detectors.street_lights import street_lights_only
from tests.fixtures.village_runs import HOMES, LIGHTS, healthy_village


@street_lights_only
def judge(table, day):
    """All of them are found, each by its place among the lamps."""
    n = len(table.systems)
    assert table["lamp_a"].shape == (n, len(table.days))
    place = np.arange(n, dtype=np.float32)
    return Findings(np.ones(n, bool), np.ones(n, bool), place + 1, {"place": place})


def test_findings_stand_at_the_rows_of_the_lamps():
    found = judge(healthy_village(), 3)
    assert np.flatnonzero(found.set).tolist() == list(range(LIGHTS.start, LIGHTS.stop))
    assert found.evidence["place"][LIGHTS].tolist() == [0, 1, 2, 3, 4, 5]
    assert found.severity[LIGHTS.start] == 1.0


def test_homes_are_neither_found_nor_cleared():
    found = judge(healthy_village(), 3)
    assert not found.clear[:HOMES].any()
    assert np.isnan(found.evidence["place"][:HOMES]).all()


def test_a_village_without_lamps_is_no_trouble():
    base = healthy_village()
    homes = replace(
        base,
        systems=base.systems[:3],
        values={name: v[:3] for name, v in base.values.items()},
        village_code=base.village_code[:3],
        gateway_code=base.gateway_code[:3],
    )
    assert not judge(homes, 3).set.any()
