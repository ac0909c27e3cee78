from collections import Counter

import pytest

from device_sim.faults import known_faults
from device_sim.fleet import fleet_of
from device_sim.scenario import ScenarioError, scenario_names, scenario_of

DAY_S = 86_400
NAMED = [
    *("pilot", "district", "nation", "wet-season", "outage-week"),
    *("evaluation", "healthy-wet-season", "stranger"),
]


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_can_be_read_and_says_what_it_is(name):
    scenario = scenario_of(name)
    assert scenario.about.endswith(".")
    assert scenario.days > 0
    assert scenario.start_s % DAY_S == 0
    assert len(scenario.sites(20).assignments) == 20


def test_there_is_one_for_each_fault():
    assert {*NAMED, *(f.code for f in known_faults())} == set(scenario_names())
    only = scenario_of("panel_soiled").faults()
    assert [f.code for f in only] == ["panel_soiled"]


def test_lengths_and_sizes():
    assert scenario_of("pilot").days >= 14 * 30
    district = scenario_of("district")
    assert (district.days, district.systems) == (30, 48_782)
    assert (scenario_of("nation").days, scenario_of("nation").systems) == (1, 7_000_000)
    villages = scenario_of("district").sites(3000).villages
    assert {v.district for v in villages} == {"Timor Tengah Selatan"}


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(ScenarioError, match=r"district.*pilot"):
        scenario_of("distrikt")


def test_an_outage_takes_whole_gateways_for_its_days():
    scenario = scenario_of("outage-week")
    registry = scenario.sites()
    fleet = fleet_of(registry.villages, registry.systems, registry.assignments, 1)
    down = scenario.episodes(fleet, 1, 0.0)
    serials = {e.serial for e in down}
    struck = {a.gateway for a in fleet.assignments if a.serial in serials}
    assert 0 < len(struck) < len(fleet.gateways)
    assert serials == {a.serial for a in fleet.assignments if a.gateway in struck}
    assert {(e.start_s, e.end_s) for e in down} == {(12 * DAY_S, 19 * DAY_S)}
    assert scenario_of("pilot").episodes(fleet, 1, 0.0) == []


FILE = """about = "Mine."
registry = "registry.csv"
start = 2026-01-01
days = 2
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FILE.replace("days = 2\n", ""), "days is missing"),
        (FILE + "dais = 3\n", "unknown settings dais"),
        (FILE + "[rates]\npanel_soild = 1\n", "unknown faults panel_soild"),
        (FILE.replace("2026-01-01", '"soon"'), "soon"),
        (FILE + "[[outages]]\nshare = 1\n", "from_day"),
        (FILE.replace("days = 2", "days = 0"), "days must be above 0"),
        (FILE + "rates = 3\n", "mine.toml"),
        (FILE + "[country]\nuze = 1.2\n", "uze"),
        (FILE + "[[haze]]\ndepth = 0.2\n", "from_day"),
        ("about = ", "mine.toml"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, text, told):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ScenarioError, match=told):
        scenario_of(str(file))


def test_a_file_of_ones_own_changes_rates(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(FILE + "[rates]\npanel_soiled = 3\n")
    scenario = scenario_of(str(file))
    rates = {f.code: f.rate_per_year for f in scenario.faults()}
    assert rates["panel_soiled"] == 3
    assert len(scenario.faults()) == len(known_faults())
    assert scenario.registry == tmp_path / "registry.csv"


def test_a_sample_has_its_share_of_every_village_and_kind():
    registry = scenario_of("evaluation").sites()
    assert len(registry.assignments) == len(registry.systems) == 480
    of = {s.code: s for s in registry.systems}
    villages = Counter(of[a.system].village for a in registry.assignments)
    assert len(villages) >= 15
    assert sum(n >= 20 for n in villages.values()) >= 6
    assert {s.kind.value for s in registry.systems} == {"home", "street_light", "facility"}
    chemistries = Counter(s.battery_chemistry.value for s in registry.systems)
    assert chemistries["lfp"] > 50


def test_a_healthy_season_has_traps_and_no_faults():
    scenario = scenario_of("healthy-wet-season")
    assert scenario.faults() == ()
    assert [scenario.outages[0].days, scenario.haze[0].days] == [5, 7]
    assert scenario.country.fade == 0


def test_the_stranger_lives_elsewhere():
    villages = scenario_of("stranger").sites().villages
    assert {v.timezone for v in villages} == {"Asia/Vientiane"}
    assert all(10 < v.latitude < 30 for v in villages)
    assert scenario_of("stranger").country != scenario_of("evaluation").country
