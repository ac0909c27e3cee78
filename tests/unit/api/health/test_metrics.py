"""The API's own numbers."""

from collections import Counter

from prometheus_client.parser import text_string_to_metric_families

from tests.unit.api.world import DatabaseDownError


def numbers(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_answers_and_what_waits_for_people_are_counted(client, world):
    for path in ("/healthz", "/readyz", "/nothing-here"):
        client.get(path)
    found = numbers(client)
    assert found["suluh_api_answers_total", "2xx"] == 2
    assert found["suluh_api_answers_total", "4xx"] == 1
    tickets = Counter(t.fault for t in world.book.tickets.values() if t.closed_s is None)
    assert tickets
    for fault, many in tickets.items():
        assert found["suluh_tickets_open", fault] == many
    assert found["suluh_nightly_as_of_timestamp_seconds",] > 1e9


def test_no_label_names_a_house_or_a_device(client, world):
    told = client.get("/metrics").text
    assert not any(code in told for code in world.fleet.by_code)


def test_a_database_that_is_away_is_said_to_be_and_counted(client, world, monkeypatch):
    def away(*_):
        raise DatabaseDownError

    monkeypatch.setattr(type(world.book), "find", away)
    assert client.get("/metrics").status_code == 503
    monkeypatch.undo()
    assert numbers(client)["suluh_api_answers_total", "5xx"] == 1
