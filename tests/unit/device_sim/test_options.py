import pytest

from device_sim.options import OptionError, Wish, broker_of, chosen_scenario, span_of
from device_sim.scenario import scenario_of

NOW_S = 1_795_366_812.0  # 2026-11-22T17:00:12Z
NOW_FLOOR = 1_795_366_800


def test_the_history_ends_with_the_last_full_quarter_hour():
    assert span_of(2, "", "", "", NOW_S) == (NOW_FLOOR - 172_800, NOW_FLOOR, NOW_FLOOR - 172_800)


def test_given_moments_are_laid_on_the_grid():
    start, end, first = span_of(
        60, "2026-11-01T00:07:00Z", "2026-11-20T10:16:00+08:00", "2026-11-19T00:01:00", NOW_S
    )
    assert (start % 900, end % 900, first % 900) == (0, 0, 0)
    assert end - start == 19 * 86_400 + 2.25 * 3600
    assert first == 1_795_046_400 + 900


def test_what_cannot_be_is_refused_with_advice():
    with pytest.raises(OptionError, match="lies ahead"):
        span_of(1, "", "2027-01-01", "", NOW_S)
    with pytest.raises(OptionError, match="earlier start"):
        span_of(1, "2026-11-20", "2026-11-19", "", NOW_S)
    with pytest.raises(OptionError, match="2026-11-22T00:00:00Z"):
        span_of(1, "yesterday", "", "", NOW_S)


def test_brokers_are_hosts_with_a_port():
    assert broker_of("broker.example:8883") == ("broker.example", 8883)
    assert broker_of("127.0.0.1") == ("127.0.0.1", 1883)
    for wrong in ("host:port", ":1883"):
        with pytest.raises(OptionError, match="HOST:PORT"):
            broker_of(wrong)


def test_a_recorded_scenario_has_its_own_dates_and_a_sent_one_ends_now():
    scenario = scenario_of("district")
    start_s, end_s, first_s = Wish().span(0.0, scenario, recorded=True)
    assert (start_s, first_s) == (scenario.start_s, scenario.start_s)
    assert end_s == start_s + 30 * 86_400
    now_s = scenario.start_s + 86_400 * 400
    assert Wish(days=2).span(now_s, scenario, recorded=False) == (
        now_s - 2 * 86_400,
        now_s,
        now_s - 2 * 86_400,
    )
    assert Wish(days=10).span(0.0, scenario, recorded=True)[1] == start_s + 10 * 86_400


def test_a_registry_takes_the_place_of_the_scenarios_own(tmp_path):
    chosen = chosen_scenario("district", tmp_path / "mine.csv")
    assert chosen is not None
    assert (chosen.registry, chosen.systems) == (tmp_path / "mine.csv", None)
    assert chosen_scenario("", tmp_path / "mine.csv") is None
    with pytest.raises(OptionError, match="--registry"):
        chosen_scenario("", None)
