"""The dashboard of the collectors asks only for numbers that a collector tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from deploy.grafana.ingest import METRICS, ingest
from tests.unit.collector.watch.test_status_door import ask, world  # noqa: F401

ROOT = Path(__file__).resolve().parents[3]
TARGETS = [target for panel in ingest()["panels"] for target in panel["targets"]]
QUERIES = [target["expr"] for target in TARGETS]
HISTOGRAM = ("_bucket", "_sum", "_count")


@pytest.fixture
def told(world):  # noqa: F811
    """What a collector's /metrics has: {name: kind}, and the labels of each name."""
    kinds, labels = {}, {}
    for family in text_string_to_metric_families(ask(world, "/metrics")[1]):
        suffixes = {"counter": ("_total",), "histogram": HISTOGRAM}.get(family.type, ("",))
        kinds |= {family.name + suffix: family.type for suffix in suffixes}
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    return kinds, labels


def names_in(query):
    return set(re.findall(r"suluh_\w+", query))


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_asks_for_what_is_told(query, told):
    kinds, labels = told
    assert names_in(query)
    assert names_in(query) - set(kinds) == set()
    for name in names_in(query):
        counted = kinds[name] in {"counter", "histogram"}
        assert counted is (f"rate({name}" in query), "a counter only grows; a gauge is as it is"
        assert name.endswith("_bucket") is ("histogram_quantile(" in query)
    asked = set(re.findall(r"sum by \((\w+)\)|(\w+)=", query))
    asked = {label for pair in asked for label in pair if label} - {"instance"}
    assert asked <= {label for name in names_in(query) for label in labels[name]}
    assert query.count("(") == query.count(")")


def test_every_number_that_tells_of_trouble_is_shown(told):
    kinds, _ = told
    shown = {name for query in QUERIES for name in names_in(query)}
    wanted = {name for name in kinds if re.search("wait|retr|refus|drop|open_|repeat|age_", name)}
    assert wanted
    assert wanted - shown == set()


@pytest.mark.parametrize("name", ["suluh_ingest_reading_total", "suluh_spool_age"])
def test_a_wrong_name_is_seen(name, told):
    assert names_in(f"rate({name}[5m])") - set(told[0]) == {name}


def test_grafana_has_the_source_and_prometheus_asks_what_is_there():
    folder = ROOT / "deploy/grafana/provisioning/datasources"
    (source,) = (
        each
        for each in yaml.safe_load((folder / "suluh.yaml").read_text())["datasources"]
        if each["uid"] == METRICS["uid"]
    )
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert (source["type"], source["url"]) == ("prometheus", "http://prometheus:9090")
    assert "stores" in services["prometheus"]["networks"]
    jobs = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    asked = {
        name for job in jobs for each in job.get("dns_sd_configs", ()) for name in each["names"]
    }
    assert asked == {name for name in services if name.startswith("collector")}
    (pages,) = (
        t for job in jobs for each in job.get("static_configs", ()) for t in each["targets"]
    )
    assert pages == f"api:{services['api']['environment']['SULUH_API_PORT']}"
