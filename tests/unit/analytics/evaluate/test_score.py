"""The score of tickets against answers, rule by rule."""

from math import inf

import pytest

from analytics.evaluate.answers import Answer, read_answers
from analytics.evaluate.rows import TicketRow, ticket_rows
from analytics.evaluate.score import score
from analytics.tickets.ticket import Ticket, TicketScope, TicketState
from collector.domain.clock import DAY_S
from tests.fixtures.village_fleet import registry_of
from tests.fixtures.village_physics import Fleet, systems

END = 100 * DAY_S


def answer(serial="A", fault="silent", start=20, end=inf):
    return Answer(serial, fault, start * DAY_S, end * DAY_S)


def row(serial="A", fault="silent", day=22, scope="system", serials=None):
    return TicketRow(fault, day * DAY_S, scope, "", frozenset(serials or {serial}))


def found(tickets, answers, fault="silent"):
    return score(tickets, answers, END).found[fault]


def test_a_fault_with_its_ticket_is_found():
    assert found([row()], [answer()]) == (1, 1)


def test_a_fault_without_is_missed_and_listed():
    result = score([], [answer()], END)
    assert result.found["silent"] == (1, 0)
    assert result.missed == (answer(),)


def test_a_fault_that_showed_for_less_than_a_week_is_not_asked_for():
    assert found([], [answer(start=20, end=26)]) == (0, 0)
    assert found([], [answer(start=20, end=27)]) == (1, 0)
    assert found([], [answer(start=95)]) == (0, 0)


@pytest.mark.parametrize(
    ("fault", "early"),
    [("silent", 1), ("panel_soiled", 21), ("panel_shaded", 30), ("battery_degraded", 60)],
)
def test_a_ticket_counts_from_a_little_before_the_start(fault, early):
    answers = [answer(fault=fault, start=70)]
    assert found([row(fault=fault, day=70 - early)], answers, fault) == (1, 1)
    assert found([row(fault=fault, day=69 - early)], answers, fault) == (1, 0)


def test_a_ticket_counts_until_a_week_after_the_end():
    answers = [answer(start=20, end=40)]
    assert found([row(day=47)], answers) == (1, 1)
    assert found([row(day=48)], answers) == (1, 0)


def test_two_tickets_for_one_fault_find_it_once():
    assert found([row(), row(day=30)], [answer()]) == (1, 1)


def test_a_ticket_on_a_system_without_any_fault_is_false():
    result = score([row("B"), row("A")], [answer("A")], END)
    assert result.false == (row("B"),)


def test_the_right_system_with_the_wrong_part_is_not_false():
    wrong = row(fault="panel_soiled")
    result = score([wrong], [answer()], END)
    assert result.false == ()
    assert result.wrong_part == (wrong,)
    assert result.found["silent"] == (1, 0)


def test_one_ticket_of_a_gateway_stands_for_all_its_systems():
    gateway = row(scope="gateway", serials={"A", "B", "C"})
    result = score([gateway], [answer("A"), answer("B")], END)
    assert result.found["silent"] == (2, 2)
    assert result.false == ()


def test_a_gateway_ticket_without_any_fault_behind_it_is_one_false_ticket():
    gateway = row(scope="gateway", serials={"A", "B", "C"})
    assert len(score([gateway], [answer("D")], END).false) == 1


def test_faults_without_a_detector_are_missed_honestly():
    result = score([], [answer(fault="clock_fault")], END)
    assert result.found["clock_fault"] == (1, 0)
    assert result.found["panel_soiled"] == (0, 0)


def test_answers_are_read_with_open_ends(tmp_path):
    sheet = tmp_path / "answers.csv"
    sheet.write_text(
        "serial,fault,start,end,severity,dark_from\n"
        "KPK-1,silent,1970-01-21T00:00:00Z,,0.5,\n"
        "KPK-2,panel_soiled,1970-01-21T00:00:00Z,1970-02-10T00:00:00Z,0.3,\n"
    )
    assert read_answers(sheet) == [
        answer("KPK-1"),
        answer("KPK-2", "panel_soiled", 20, 40),
    ]


def ticket(system, fault="silent", **scope):
    return Ticket(1, system, fault, TicketState.NEW, 0.5, 2e9, 2e9, 3e9, **scope)


def test_tickets_of_the_book_speak_of_devices_and_scopes():
    fleet = Fleet(systems(4), 1)
    registry = registry_of(fleet, through_gateway=3)
    codes = [s.code for s in fleet.systems]
    rows = ticket_rows(
        [
            ticket(codes[3]),
            ticket(codes[0], scope=TicketScope.GATEWAY, scope_id="gw-boti"),
            ticket(codes[1], "reported_by_hand"),
            ticket(codes[3], scope=TicketScope.VILLAGE, scope_id="Boti"),
        ],
        registry,
    )
    assert [(r.scope, r.scope_id, r.serials) for r in rows] == [
        ("system", "", {codes[3]}),
        ("gateway", "gw-boti", set(codes[:3])),
        ("village", "Boti", set(codes)),
    ]
