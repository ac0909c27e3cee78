import pytest

from device_sim.options import OptionError, broker_of, span_of

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
