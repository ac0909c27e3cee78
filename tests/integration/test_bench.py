"""The bench runs to its end and accounts for every reading it sent."""

import os

import pytest

from collector.spool.sqlite import LATE_S
from tests.bench import analytics, ingest, soak
from tests.bench.gateway_bytes import measure_bytes
from tests.bench.pipeline import measure
from tests.servers.certificates import make_certificates

IN_CI = os.environ.get("CI") == "true"
"""There the long runs are a tenth of the real ones, elsewhere a trial of a minute."""


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


@pytest.mark.slow
def test_a_night_is_measured_part_by_part(monkeypatch):
    monkeypatch.setattr(analytics, "VILLAGE_SYSTEMS", 20)
    monkeypatch.setattr(analytics, "VARIANTS", 2)
    told = analytics.measure(40, lambda _words: None)
    parts = told["cpu_us_per_system"]
    assert set(parts) == {"indicators", "detectors", "prognosis"}
    assert told["systems"] == 40
    assert told["nightly_systems_per_second"] == pytest.approx(1e6 / sum(parts.values()), rel=0.05)
    assert 0 < told["recompute_systems_per_second"] < told["nightly_systems_per_second"]


@pytest.mark.slow
@pytest.mark.influxdb
@pytest.mark.mosquitto
def test_all_that_is_sent_to_be_measured_is_read_back(tmp_path, influxdb, new_mosquitto):
    peers = ingest.Peers(tmp_path, new_mosquitto(), influxdb, telegraf=None)
    told = ingest.measure_ingest(peers, 25, 1, lambda _words: None)
    assert (told["lost"], told["duplicates"]) == (0, 0)
    for kind in ("batch", "batch_bulk", "single", "single_paho"):
        assert set(told[kind]) == {"cpu_us", "readings_per_second"}
        assert min(told[kind].values()) > 0


@pytest.mark.openssl
@pytest.mark.mosquitto
@pytest.mark.slow
def test_a_villages_readings_cost_little_on_the_socket(new_mosquitto, tmp_path):
    broker = new_mosquitto(tls=make_certificates(tmp_path / "certificates"))
    months = {}
    for encoding, cycles, hours in (("json+zlib", 1, 4), ("json+zlib", 0, 1), ("cbor", 1, 4)):
        place = tmp_path / f"{encoding}-{cycles}"
        place.mkdir()
        months[encoding, cycles] = measure_bytes(place, broker, 50, encoding, cycles, hours)
    usual = months["json+zlib", 1]
    assert 0.02 < usual.socket_mb < usual.with_headers_mb <= 0.15
    assert months["json+zlib", 0].with_headers_mb > 3 * usual.with_headers_mb
    assert months["cbor", 1].socket_mb > 1.5 * usual.socket_mb
    assert 1 < usual.session_kb < 10


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.mosquitto
def test_devices_by_the_thousand_send_once_each_and_none_is_lost(tmp_path, new_mosquitto):
    rate, seconds = (7_800, 90) if IN_CI else (2_000, 10)
    told = soak.measure_soak(tmp_path / "run", new_mosquitto(), rate, seconds, lambda _words: None)
    assert (told["sent"], told["stored"], told["lost"]) == (rate * seconds, rate * seconds, 0)
    assert 0 < told["memory_mb"]["most"] < 600


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.influxdb
@pytest.mark.mosquitto
def test_a_backlog_is_stored_and_live_readings_do_not_wait_for_it(
    tmp_path, influxdb, new_mosquitto
):
    readings, devices = (3_300_000, 48_700) if IN_CI else (100_000, 5_000)
    told = soak.measure_backlog(
        tmp_path / "run", new_mosquitto(), influxdb, readings, devices, lambda _words: None
    )
    assert told["readings"] == readings
    assert told["stored"] == told["sent"] > readings
    assert told["live_longest_wait_s"] + told["live_at_the_door_s"] < 60
    # One that waits longer becomes backlog, and its wait is not seen any more.
    assert told["live_longest_wait_s"] < LATE_S
    assert 0 < told["memory_mb"]["most"] < 600
