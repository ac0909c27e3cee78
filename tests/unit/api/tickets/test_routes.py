"""GET /api/v1/tickets."""

import dataclasses

import pytest

from analytics.tickets.ticket import TicketEvent, TicketScope
from tests.unit.api.world import EVIDENCE, NOW_S


def test_a_ticket_has_its_place_numbers_and_words(client, world):
    ticket = next(t for t in world.book.tickets.values() if t.fault == "panel_disconnected")
    answer = client.get(f"/api/v1/tickets/{ticket.number}").json()
    assert answer["system"] == ticket.system
    assert answer["village"]
    assert answer["evidence"] == EVIDENCE["panel_disconnected"]
    assert answer["because"]["id"].startswith("Selama 2 hari penuh panel surya hanya 0,4 V")
    assert answer["because"]["en"].startswith("For 2 whole days the panel showed only 0.4 V")
    assert answer["check"]["en"]
    assert answer["closed_at"] is None


def test_a_ticket_says_for_whom_it_speaks(client, world):
    number, ticket = next(iter(world.book.tickets.items()))
    answer = client.get(f"/api/v1/tickets/{number}").json()
    assert (answer["scope"], answer["scope_id"]) == ("system", ticket.system)
    world.book.tickets[number] = dataclasses.replace(
        ticket, scope=TicketScope.GATEWAY, scope_id="gw-boti"
    )
    answer = client.get(f"/api/v1/tickets/{number}").json()
    assert (answer["scope"], answer["scope_id"]) == ("gateway", "gw-boti")
    assert answer["system"] == ticket.system


def test_unknown_numbers_in_evidence_become_null(client, world):
    number, ticket = next(iter(world.book.tickets.items()))
    world.book.tickets[number] = dataclasses.replace(
        ticket, evidence={"days": float("nan")}, severity=float("inf")
    )
    answer = client.get(f"/api/v1/tickets/{number}").json()
    assert answer["evidence"] == {"days": None}
    assert answer["severity"] is None


def test_lists_page_and_filter(client, world):
    everything = client.get("/api/v1/tickets").json()["items"]
    assert [t["number"] for t in everything] == sorted(world.book.tickets)
    first = client.get("/api/v1/tickets", params={"limit": 3}).json()
    rest = client.get("/api/v1/tickets", params={"cursor": first["next_cursor"]}).json()
    assert len(first["items"] + rest["items"]) == len(everything)
    boti = client.get("/api/v1/tickets", params={"village": "Boti", "fault": "silent"}).json()
    assert {(t["village"], t["fault"]) for t in boti["items"]} <= {("Boti", "silent")}


def test_closed_tickets_only_when_asked(client, world):
    number, ticket = next(iter(world.book.tickets.items()))
    world.book.tickets[number] = dataclasses.replace(ticket, closed_s=NOW_S)
    open_only = client.get("/api/v1/tickets").json()["items"]
    all_of_them = client.get("/api/v1/tickets", params={"open": False}).json()["items"]
    assert number not in {t["number"] for t in open_only}
    assert number in {t["number"] for t in all_of_them}


def test_history_is_oldest_first(client, world):
    number = next(iter(world.book.tickets))
    world.book.history[number] = [
        TicketEvent(number, NOW_S - 60, "raised"),
        TicketEvent(number, NOW_S, "updated", "2 hari"),
    ]
    events = client.get(f"/api/v1/tickets/{number}/events").json()["items"]
    assert [(e["what"], e["note"]) for e in events] == [("raised", ""), ("updated", "2 hari")]


@pytest.mark.parametrize("path", ["999", "999/events"])
def test_an_unknown_ticket(client, path):
    response = client.get(f"/api/v1/tickets/{path}")
    assert response.status_code == 404
    assert response.json()["type"] == "/masalah/unknown-ticket"


@pytest.mark.parametrize(
    "path",
    [
        "tickets/0",
        "tickets/99999999999",
        "tickets/abc",
        "tickets?limit=501",
        "tickets?cursor=-1",
        "tickets?fault=gremlins",
        "tickets?fault=%00",
        "tickets?open=perhaps",
    ],
)
def test_bad_requests_are_told(client, path):
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 422
    assert response.json()["type"] == "/masalah/invalid-request"
