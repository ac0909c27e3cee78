import pytest

from collector.domain.device import Assignment
from device_sim.fleet import fleet_of
from device_sim.population import Population, as_table, healthy_lead_acid_homes
from tests.fixtures.simulated_field import BOTI, HAYA, SERIALS, Flows, mixed_fleet, system

SIZES = ((20, 7), (30, 12), (50, 26), (80, 65), (100, 100))


@pytest.fixture(scope="module")
def statistics():
    """250 homes of all sizes in two villages, over forty days."""
    systems = [
        system(n, village="Boti" if n % 2 else "Haya", panel_w=float(w), battery_ah=float(ah))
        for n, (w, ah) in enumerate(SIZES * 50)
    ]
    assignments = [Assignment(f"KPK-{n:04d}", s.code, 0) for n, s in enumerate(systems)]
    fleet = fleet_of([BOTI, HAYA], systems, assignments, 1)
    population = Population(healthy_lead_acid_homes(fleet, []))
    for trace in Flows(fleet, 44).traces[4:]:
        population.add(trace)
    return {s.name: s for s in population.statistics()}


def test_homes_use_about_what_homes_in_the_field_use(statistics):
    low, middle, high = statistics["battery Ah out a day"].here
    assert 1.3 < low < 2.3
    assert 2.4 < middle < 3.4
    assert 4.0 < high < 5.5


def test_voltages_are_those_of_the_field(statistics):
    low, middle, high = statistics["median battery V"].here
    assert 12.4 < low < middle < high < 13.2
    assert 12.7 < middle < 13.0
    top = statistics["highest battery V"].here
    assert top[0] > 14.3
    assert top[2] < 14.8


def test_charge_comes_back_with_the_loss_of_lead_acid(statistics):
    low, middle, high = statistics["Ah out / Ah in"].here
    assert low > 0.6
    assert 0.83 < middle < 0.93
    assert high < 0.97


def test_batteries_are_as_warm_as_the_country(statistics):
    low, _, high = statistics["battery temperature degC"].here
    assert low > 22
    assert high < 33


def test_only_comparable_homes_are_counted():
    fleet = mixed_fleet()
    chosen = healthy_lead_acid_homes(fleet, [SERIALS[0]])
    assert chosen.tolist() == [False, True, True, True, False, False, True, True] + [False] * 3 + [
        True
    ]


def test_the_table_shows_both_sides(statistics):
    text = as_table(list(statistics.values()))
    assert "1.70 / 2.90 / 4.70" in text
    assert "14.50 / - / 14.75" in text
    assert len(text.splitlines()) == 6
