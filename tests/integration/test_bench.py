"""The bench runs to its end and accounts for every reading it sent."""

import pytest

from tests.bench.pipeline import measure


@pytest.mark.influxdb
def test_every_stage_is_measured_on_real_stores(tmp_path, influxdb):
    told = measure(tmp_path, influxdb, 100, lambda _words: None)
    assert told["readings"] == 9600
    for store in ("duckdb", "influxdb"):
        for stage in ("ingest", "block"):
            assert told[store][stage]["readings_per_second"] > 0
            assert told[store][stage]["cpu_us_per_reading"] > 0
    assert told["decode"]["readings_per_second"] > 0
    assert told["indicators"]["systems_per_second"] > 0
